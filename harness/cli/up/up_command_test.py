"""holdfast up from outside: what it says, what it refuses, what troubles of pods look like."""

import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest
import urllib.error
import urllib.request

from up_test_support import BOOKSHOP, DEADLINE, HOLDFAST, KUBECTL, Cluster, manifests, poll

POD = """
apiVersion: v1
kind: Pod
metadata: {{ name: {name} }}
spec:
  terminationGracePeriodSeconds: 1
  containers:
    - name: main
      image: any
      command: {command}
"""


def pod(name, *command):
    return POD.format(name=name, command=json.dumps(command))


def up(*arguments, **settings):
    return subprocess.run([HOLDFAST, "up", *map(str, arguments)], capture_output=True, text=True, timeout=DEADLINE,
                          **settings)


class Refusals(unittest.TestCase):
    def test_every_problem_of_every_manifest_is_told_at_once_with_its_line(self):
        with manifests(a_yaml=pod("A_b", "true"), b_yaml=pod("b", "true").replace("image:", "imgae:"),
                       c_yaml="apiVersion: apps/v1\nkind: StatefulSet\nmetadata: { name: x }\n") as folder:
            ended = up(folder)
        self.assertEqual(ended.returncode, 2)
        self.assertEqual(ended.stdout, "")
        self.assertRegex(ended.stderr, r"a\.yaml:4: metadata\.name")
        self.assertRegex(ended.stderr, r"b\.yaml:9: spec\.containers\[0\]\.imgae")
        self.assertRegex(ended.stderr, r"c\.yaml:2: kind: StatefulSet is valid Kubernetes but not supported")

    def test_options(self):
        with manifests(a_yaml=pod("a", "true")) as folder:
            for arguments, words in [((), "no manifests are named"),
                                     ((folder / "none",), "none"),
                                     ((folder, "--time-scale", "0"), "--time-scale"),
                                     ((folder, "--time-scale", "fast"), "--time-scale"),
                                     ((folder, "--api-port", "70000"), "--api-port"),
                                     ((folder, "--seed", "-1"), "--seed"),
                                     ((folder, "--images", folder / "no"), "--images"),
                                     ((folder, "--no-such"), "--no-such")]:
                with self.subTest(words):
                    ended = up(*arguments)
                    self.assertEqual(ended.returncode, 2, ended.stderr)
                    self.assertIn(words, ended.stderr)

    def test_an_image_map_with_errors_in_its_lines(self):
        with manifests(a_yaml=pod("a", "true"), images_txt="good = /bin/true\nbad line\n") as folder:
            ended = up(folder / "a.yaml", "--images", folder / "images.txt")
        self.assertEqual(ended.returncode, 2)
        self.assertIn("images.txt:2", ended.stderr)

    def test_outputs_that_cannot_be_written(self):
        with manifests(a_yaml=pod("a", "true")) as folder:
            for option in ("--kubeconfig", "--connections"):
                with self.subTest(option):
                    ended = up(folder, option, "/no/such/folder/file")
                    self.assertEqual(ended.returncode, 3, ended.stderr)
                    self.assertIn(option, ended.stderr)
            ended = up(folder, "--kubeconfig", folder)
            self.assertEqual(ended.returncode, 3, ended.stderr)
            self.assertFalse(pathlib.Path(f"{folder}.new").exists(), "the token is left behind")

    def test_an_api_port_in_use(self):
        with manifests(a_yaml=pod("a", "true")) as folder, socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            ended = up(folder, "--api-port", port)
        self.assertEqual(ended.returncode, 3)
        self.assertIn(f"127.0.0.1:{port}", ended.stderr)
        self.assertIn("Address already in use", ended.stderr)

    def test_a_folder_for_runs_that_cannot_be_made(self):
        with manifests(a_yaml=pod("a", "true")) as folder:
            ended = up(folder, env={**os.environ, "TMPDIR": "/proc/no"})
        self.assertEqual(ended.returncode, 3)
        self.assertIn("TMPDIR", ended.stderr)


class Troubles(unittest.TestCase):
    """Each is told, and nothing takes the cluster down."""

    def test_of_pods(self):
        with manifests(
                a_yaml=pod("absent", "/no/such/program"), b_yaml=pod("ends", "false"),
                c_yaml=pod("deaf", "sh", "-c", "trap '' TERM; while :; do sleep 0.1; done"),
                d_yaml=pod("forks", "sh", "-c", "setsid sleep 300 & sleep 300 & wait"),
                e_yaml=pod("loud", "sh", "-c", "head -c 300000000 /dev/zero | tr '\\0' x; exec sleep 300"),
                f_yaml=pod("unknown", "x").replace("      command: [\"x\"]\n", "").replace("any", "no/such:v1"),
                g_yaml=pod("wrong-port", "sleep", "300").rstrip() + "\n      readinessProbe: { tcpSocket: { port: 9 } }\n",
                h_yaml=pod("good", "sleep", "300")) as folder, Cluster(folder) as cluster:
            for words in ("pod/absent  CrashLoopBackOff", "pod/ends  CrashLoopBackOff", "pod/deaf  ready",
                          "pod/forks  ready", "pod/loud  ready", "pod/unknown  ErrImagePull", "pod/good  ready",
                          "pod/wrong-port  warning: Unhealthy: Readiness probe failed"):
                cluster.wait_for(words)
            self.assertIn("No such file or directory", "\n".join(cluster.lines))
            # A log is bounded: five files of 10 MiB.
            size = sum(path.stat().st_size for path in cluster.folder.rglob("*.log*") if path.is_file())
            self.assertLess(size, 60 * 1024 * 1024)
            began = time.monotonic()
            self.assertEqual(cluster.stop(), 0)
            self.assertLess(time.monotonic() - began, DEADLINE)

    def test_a_local_port_in_use_leaves_the_service_on_its_address(self):
        service = """
apiVersion: v1
kind: Service
metadata: {{ name: web, annotations: {{ holdfast.io/local-port: "{port}" }} }}
spec: {{ type: LoadBalancer, selector: {{ app: web }}, ports: [ {{ port: 8080 }} ] }}
"""
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            with manifests(a_yaml=service.format(port=port)) as folder, Cluster(folder) as cluster:
                self.assertIn(":8080", cluster.wait_for("service/web  127."))
                cluster.wait_for(f"127.0.0.1:{port}")

    def test_a_reader_that_goes_away_does_not_end_it(self):
        with manifests(a_yaml=pod("good", "sleep", "300")) as folder:
            target = tempfile.mkdtemp(prefix="holdfast-up-")
            self.addCleanup(shutil.rmtree, target, ignore_errors=True)
            process = subprocess.Popen([HOLDFAST, "up", str(folder), "--kubeconfig", f"{target}/config"],
                                       stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                       env={**os.environ, "TMPDIR": target})
            process.stdout.close()
            poll(pathlib.Path(target, "config").exists, "it is up")
            time.sleep(0.5)
            self.assertIsNone(process.poll())
            process.send_signal(signal.SIGTERM)
            self.assertEqual(process.wait(DEADLINE), 0)

    def test_a_reader_that_stops_reading_holds_nothing_up_and_is_sent_no_escape_sequences(self):
        script = r"printf '\033]0;evil\007\377 '; date +%N; head -c 8000 /dev/zero | tr '\0' x; exit 1"
        hostile = f"""
      readinessProbe:
        exec: {{ command: [sh, -c, {json.dumps(script)}] }}
        periodSeconds: 1
"""
        with manifests(a_yaml=pod("loud", "sleep", "300").rstrip() + hostile) as folder:
            target = tempfile.mkdtemp(prefix="holdfast-up-")
            self.addCleanup(shutil.rmtree, target, ignore_errors=True)
            process = subprocess.Popen([HOLDFAST, "up", str(folder), "--kubeconfig", f"{target}/config", "--time-scale",
                                        "20"], stdout=subprocess.PIPE, env={**os.environ, "TMPDIR": target})
            poll(pathlib.Path(target, "config").exists, "it is up")

            def failures():
                answer = subprocess.run([KUBECTL, "--kubeconfig", f"{target}/config", "get", "events", "-o", "name"],
                                        capture_output=True, text=True, timeout=DEADLINE)
                self.assertEqual(answer.returncode, 0, answer.stderr)
                return len(answer.stdout.splitlines()) > 40  # more than a pipe holds
            poll(failures, "probes go on")
            process.send_signal(signal.SIGTERM)
            self.assertEqual(process.wait(DEADLINE), 0)
            said = process.stdout.read()
            process.stdout.close()
            self.assertIn(b"?]0;evil?? ", said)
            self.assertNotIn(b"\x1b", said)
            said.decode()


class Api(unittest.TestCase):
    """What a stranger on this machine can do to the API server."""

    def ask(self, cluster, path, token=None, body=None):
        import ssl
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        address = cluster.wait_for("API server").split("API server ")[1].split(",")[0]
        request = urllib.request.Request(address + path, data=body)
        if token:
            request.add_header("Authorization", "Bearer " + token)
        if body:
            request.add_header("Content-Type", "application/json")
        try:
            with urllib.request.urlopen(request, timeout=10, context=context) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as refused:
            with refused:
                is_json = refused.headers.get_content_type() == "application/json"
                return refused.code, json.load(refused) if is_json else {"kind": "Status"}

    def test_a_missing_or_wrong_token_and_bodies_that_are_none(self):
        with manifests(a_yaml=pod("good", "sleep", "300")) as folder, Cluster(folder) as cluster:
            cluster.wait_until_ready()
            self.assertEqual(cluster.kubeconfig.stat().st_mode & 0o777, 0o600)
            token = next(line.split(": ")[1] for line in cluster.kubeconfig.read_text().splitlines() if "token:" in line)
            token = token.strip('"')
            self.assertEqual(self.ask(cluster, "/api/v1/pods")[0], 401)
            self.assertEqual(self.ask(cluster, "/api/v1/pods", "wrong")[0], 401)
            self.assertEqual(self.ask(cluster, "/api/v1/pods", token)[0], 200)
            pods = "/api/v1/namespaces/default/pods"
            for body, status in [(b"{", 400), (b"[" * 100000, 400), (b'{"kind":"Pod"}', 422), (b"x" * (4 << 20), 413)]:
                with self.subTest(body[:10]):
                    code, answer = self.ask(cluster, pods, token, body)
                    self.assertEqual(code, status)
                    self.assertEqual(answer["kind"], "Status")
            self.assertEqual(self.ask(cluster, "/api/v1/pods", token)[0], 200)


class Connections(unittest.TestCase):
    def test_each_is_written_down_and_the_proxys_cost_is_told(self):
        with tempfile.TemporaryDirectory() as folder:
            records = pathlib.Path(folder, "connections.ndjson")
            with Cluster(BOOKSHOP, "--connections", records) as cluster:
                cluster.wait_until_ready()
                address = cluster.wait_for("service/gateway").split("gateway  ")[1].split(",")[0]
                for _ in range(3):
                    with urllib.request.urlopen(f"http://{address}/books", timeout=10) as answer:
                        self.assertEqual(answer.status, 200)
                self.assertEqual(cluster.stop(), 0)
                self.assertRegex(cluster.said("service proxy: "), r"\d+ connections, .* CPU a connection")
            lines = [json.loads(line) for line in records.read_text().splitlines()]
            ours = [line for line in lines if line["service"] == "default/gateway:http"]
            self.assertEqual(len(ours), 3)
            for line in ours:
                self.assertTrue(line["pod"].startswith("gateway-"), line)
                self.assertGreater(line["bytes_to_client"], 0)
                self.assertGreaterEqual(line["end_us"], line["start_us"])


if __name__ == "__main__":
    unittest.main()
