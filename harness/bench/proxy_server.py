"""Starts a proxy in front of a target: the service proxy by itself, or haproxy in TCP mode, and says what it costs."""
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import time

import machine
import process_run
from target_server import REPOSITORY, CannotRun

HAPROXY = """global
  nbthread 1
  maxconn 9000
defaults
  mode tcp
  timeout connect 5s
  timeout client 1h
  timeout server 1h
listen service
  bind 127.0.0.1:{port}
  server pod 127.0.0.1:{pod}
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def holdfast_command(program, folder, port, pod):
    return [program, f"127.0.0.1:{port}", f"127.0.0.1:{pod}"]


def haproxy_command(program, folder, port, pod):
    settings = pathlib.Path(folder) / "haproxy.cfg"
    settings.write_text(HAPROXY.format(port=port, pod=pod))
    return [program, "-db", "-f", str(settings)]


def proxy_program(given=None):
    path = pathlib.Path(given or REPOSITORY / "build/release/harness/bench/proxy_alone")
    if not os.access(path, os.X_OK):
        raise CannotRun(f'{path} is no program. Build it with "cmake --preset release && cmake --build --preset release", '
                        "or name another with --proxy.")
    return str(path.resolve())


def haproxy_program():
    path = shutil.which("haproxy", path=os.environ.get("PATH", "") + ":/usr/sbin")
    if not path:
        raise CannotRun('haproxy is not installed. Run "harness/setup peers", or leave it out with --only holdfast.')
    return path


class Proxy:
    """A running proxy for the length of a `with` block."""

    def __init__(self, command, program, folder, pod, cpu=None):
        self.port = free_port()
        self.argv = command(program, folder, self.port, pod)
        self._cpu = cpu
        self._log = pathlib.Path(folder) / "proxy.log"

    def __enter__(self):
        with open(self._log, "w", encoding="utf-8") as log:
            self._process = subprocess.Popen(
                self.argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                preexec_fn=None if self._cpu is None else lambda: os.sched_setaffinity(0, {self._cpu}))
        until = time.monotonic() + 10
        while time.monotonic() < until and self._process.poll() is None:
            with socket.socket() as attempt:
                if attempt.connect_ex(("127.0.0.1", self.port)) == 0:
                    self.url = f"http://127.0.0.1:{self.port}/"
                    return self
            time.sleep(0.01)
        self.__exit__()
        raise CannotRun(f"{' '.join(self.argv)} does not start:\n{self._log.read_text()}")

    @property
    def pid(self):
        return self._process.pid

    def cpu_s(self):
        return machine.process_cpu_seconds(self.pid)

    def peak_bytes(self):
        return process_run.status_bytes(self.pid, "VmHWM")

    def __exit__(self, *_):
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(5)
            except subprocess.TimeoutExpired:
                self._process.kill()
        self._process.wait()
