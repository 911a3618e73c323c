"""What `cluster` measures: the local cluster from outside, one function a case."""
import contextlib
import json
import os
import pathlib
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.request

import machine
from rounds import Goal, Spread
from target_server import REPOSITORY, CannotRun

BOOKSHOP = REPOSITORY / "reference-services/bookshop/kubernetes"
DEADLINE = 60

PODS = """
apiVersion: apps/v1
kind: Deployment
metadata: {{ name: idle }}
spec:
  replicas: {replicas}
  selector: {{ matchLabels: {{ app: idle }} }}
  template:
    metadata: {{ labels: {{ app: idle }} }}
    spec:
      terminationGracePeriodSeconds: 1
{extra}
      containers:
        - name: main
          image: any
          command: [sleep, "3600"]
{probe}
"""

PROBE = """          readinessProbe: { exec: { command: ["true"] } }
          livenessProbe: { exec: { command: ["true"] } }"""


class Up:
    """`holdfast up` with these manifests."""

    def __init__(self, program, *arguments, scale=1, cpu=None):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="holdfast-bench-"))
        self.kubeconfig = self.folder / "kubeconfig"
        self.command = [program, "up", *map(str, arguments), "--kubeconfig", str(self.kubeconfig), "--time-scale", str(scale)]
        prefix = ["taskset", "-c", str(cpu)] if cpu is not None else []
        self.begin = time.monotonic()
        self.process = subprocess.Popen([*prefix, *self.command], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                                        env={**os.environ, "TMPDIR": str(self.folder)})

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(DEADLINE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def wait_for(self, text):
        """Seconds from the command until it said so."""
        for line in self.process.stdout:
            if text in line:
                return time.monotonic() - self.begin
        raise CannotRun(f"{' '.join(self.command)} ended before it said {text!r}")

    def secret(self, key):
        for line in self.kubeconfig.read_text().splitlines():
            if line.strip().startswith(key + ":"):
                return line.split(": ", 1)[1].strip().strip('"')
        raise CannotRun(f"{self.kubeconfig} has no {key}")


@contextlib.contextmanager
def manifest(text):
    with tempfile.TemporaryDirectory(prefix="holdfast-bench-") as folder:
        path = pathlib.Path(folder, "system.yaml")
        path.write_text(text)
        yield path


def start(program, rounds, scale):
    """Command to all ready, Book Shop."""
    seconds = []
    for _ in range(rounds):
        with Up(program, BOOKSHOP, scale=scale) as shop:
            seconds.append(shop.wait_for("all ready"))
    return Spread.of(seconds)


def idle(program, rounds, seconds, probe):
    """Share of a core that the cluster's own process takes while nothing happens; what its probes start counts too."""
    shares = []
    with manifest(PODS.format(replicas=20, extra="", probe=probe)) as path, Up(program, path) as cluster:
        cluster.wait_for("all ready")
        time.sleep(2)
        for _ in range(rounds):
            before = machine.process_cpu_seconds(cluster.process.pid)
            time.sleep(seconds)
            shares.append((machine.process_cpu_seconds(cluster.process.pid) - before) / seconds)
    return Spread.of(shares)


def get_pods(program, rounds, count, kubectl):
    """Seconds of a list of so many pods: the API's answer as JSON, as a table, and a whole kubectl. They are assigned to
    another node, so that no process is started."""
    text = PODS.format(replicas=count, extra="      nodeName: elsewhere", probe="")
    found = {"json": [], "table": [], "kubectl": []}
    sizes = {}
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    accepts = {"json": "application/json", "table": "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"}
    with manifest(text) as path, Up(program, path) as cluster:
        cluster.wait_for("local cluster on")
        token, server = None, None
        while token is None:
            with contextlib.suppress(OSError, CannotRun):
                token, server = cluster.secret("token"), cluster.secret("server")

        def ask(kind):
            request = urllib.request.Request(server + "/api/v1/namespaces/default/pods",
                                             headers={"Authorization": "Bearer " + token, "Accept": accepts[kind]})
            begin = time.monotonic()
            with urllib.request.urlopen(request, timeout=DEADLINE, context=context) as answer:
                body = answer.read()
            return time.monotonic() - begin, body

        end = time.monotonic() + DEADLINE
        while len(json.loads(ask("json")[1])["items"]) < count:
            if time.monotonic() > end:
                raise CannotRun(f"there are not {count} pods after {DEADLINE} s")
            time.sleep(0.2)
        for _ in range(rounds):
            for kind in accepts:
                seconds, body = ask(kind)
                found[kind].append(seconds)
                sizes[kind] = len(body)
            if kubectl:
                begin = time.monotonic()
                subprocess.run([kubectl, "--kubeconfig", str(cluster.kubeconfig), "get", "pods"], check=True,
                               stdout=subprocess.DEVNULL, env={**os.environ, "HOME": str(cluster.folder)})
                found["kubectl"].append(time.monotonic() - begin)
    return {kind: Spread.of(values) for kind, values in found.items()}, sizes


GOALS = {"start": Goal(2.0), "idle": Goal(0.02), "get": Goal(0.1)}

if __name__ == "__main__":
    sys.exit("This is a part of harness/bench/cluster.")
