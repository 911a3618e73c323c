"""A local cluster for tests: `holdfast up` as a process, and a stock kubectl beside it."""

import contextlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import threading
import time

HOLDFAST = os.environ.get("HOLDFAST", "holdfast")
KUBECTL = os.environ.get("KUBECTL") or shutil.which("kubectl")
SOURCE = pathlib.Path(os.environ.get("HOLDFAST_SOURCE", pathlib.Path(__file__).parents[3]))
BOOKSHOP = SOURCE / "reference-services/bookshop/kubernetes"
DEADLINE = 60  # seconds; only a broken program gets near it


def poll(condition, what, seconds=DEADLINE):
    """Waits until `condition()` is true, and returns it."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.02)
    raise AssertionError(f"in {seconds} s: {what}")


class Cluster:
    """`holdfast up` with a folder of its own, unless told which; ends with the `with` block."""

    def __init__(self, *arguments, scale=20, folder=None):
        self.folder = folder or pathlib.Path(tempfile.mkdtemp(prefix="holdfast-up-"))
        self.kubeconfig = self.folder / "kubeconfig"
        self.lines = []
        self.process = subprocess.Popen(
            [HOLDFAST, "up", "--kubeconfig", str(self.kubeconfig), "--time-scale", str(scale), *map(str, arguments)],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
            env={**os.environ, "TMPDIR": str(self.folder)})
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def said(self, text):
        return next((line for line in list(self.lines) if text in line), None)

    def wait_for(self, text, seconds=DEADLINE):
        def found():
            if self.process.poll() is not None:
                raise AssertionError("it ended: " + "\n".join(self.lines))
            return self.said(text)
        try:
            return poll(found, f"it says {text!r}", seconds)
        except AssertionError as late:
            raise AssertionError(f"{late}\n" + "\n".join(self.lines[-40:])) from None

    def wait_until_ready(self):
        return self.wait_for("all ready")

    def stop(self, how=signal.SIGINT):
        """Ends it as Ctrl-C does; its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        try:
            code = self.process.wait(DEADLINE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise AssertionError("it does not end:\n" + "\n".join(self.lines[-40:])) from None
        self.reader.join(DEADLINE)
        self.process.stdout.close()
        return code

    # kubectl

    def begin(self, *arguments, **settings):
        return subprocess.Popen([KUBECTL, "--kubeconfig", str(self.kubeconfig), *map(str, arguments)],
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
                                env={**os.environ, "HOME": str(self.folder)}, **settings)

    def run(self, *arguments, given=None):
        """A finished kubectl: its exit code and all that it said."""
        process = self.begin(*arguments, stdin=subprocess.PIPE if given is not None else subprocess.DEVNULL)
        try:
            said, _ = process.communicate(given, timeout=DEADLINE)
        except subprocess.TimeoutExpired:
            process.kill()
            said, _ = process.communicate()
            raise AssertionError(f"kubectl {' '.join(map(str, arguments))} does not end: {said}") from None
        return process.returncode, said

    def kubectl(self, *arguments, given=None):
        """What a kubectl that has to succeed says."""
        code, said = self.run(*arguments, given=given)
        if code != 0:
            raise AssertionError(f"kubectl {' '.join(map(str, arguments))}: {code}: {said}")
        return said

    def get(self, *what):
        return json.loads(self.kubectl("get", *what, "-o", "json"))

    def everything(self):
        """What a reader of a failed test wants to know of the cluster."""
        return "\n".join(self.run(*what)[1] for what in (["get", "deploy,rs,hpa,pods", "-o", "wide"],
                                                         ["get", "events", "--sort-by=.lastTimestamp"])) + \
            "\n".join(self.lines[-20:])

    def poll_kubectl(self, arguments, condition, what):
        last = [""]

        def holds():
            last[0] = self.run(*arguments)[1]
            return condition(last[0])
        try:
            poll(holds, what)
        except AssertionError as late:
            raise AssertionError(f"{late}; kubectl {' '.join(arguments)} said: {last[0]}\n" + self.everything()) from None
        return last[0]


@contextlib.contextmanager
def manifests(**files):
    """A folder with these files: name -> text, '_' for '.'."""
    with tempfile.TemporaryDirectory(prefix="holdfast-manifests-") as folder:
        for name, text in files.items():
            pathlib.Path(folder, name.replace("_", ".")).write_text(text)
        yield pathlib.Path(folder)


def processes_of_run(run):
    """Who carries the run's mark in its environment."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                if f"HOLDFAST_RUN={run}".encode() in (entry / "environ").read_bytes().split(b"\0"):
                    found.append(int(entry.name))
    return found


def listeners_on(network):
    """Ports that somebody listens on at 127.<network>.0.0/16."""
    found = []
    for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]:
        place, state = line.split()[1], line.split()[3]
        address = bytes.fromhex(place.split(":")[0])[::-1]
        if state == "0A" and address[0] == 127 and address[1] == network:
            found.append(place)
    return found


def processes_with_argument(word):
    """Live ones that have it on their command line."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                if word.encode() in (entry / "cmdline").read_bytes().split(b"\0"):
                    found.append(int(entry.name))
    return found
