"""Starts services of the Book Shop and says what they cost."""
import contextlib
import http.client
import os
import pathlib
import socket
import subprocess
import time

import machine
import process_run
from target_server import REPOSITORY, CannotRun

SERVICES = ("book", "order", "delivery", "mypage", "review")


def program_of(service, build):
    folder = pathlib.Path(build) / "reference-services"
    path = folder / (f"bookshop/{service}/bookshop-{service}" if service != "gateway" else "gateway/holdfast-gateway")
    if not os.access(path, os.X_OK):
        raise CannotRun(f'{path} is no program. Build it with "cmake --preset release && cmake --build --preset release", '
                        "or name another build folder with --build.")
    return str(path)


def default_build():
    return str(REPOSITORY / "build/release")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Service:
    """A running service. Port and folder are its caller's, so that it can be started again in its place."""

    def __init__(self, program, port, environment, cpu=None, log=None):
        self.port = port
        self.argv = [program]
        variables = {"PATH": os.environ.get("PATH", ""), "PORT": str(port), "LOG_LEVEL": "events", **environment}
        self._log = open(log or os.devnull, "a", encoding="utf-8")
        self._begun = time.monotonic()
        self._process = subprocess.Popen(
            self.argv, env=variables, stdin=subprocess.DEVNULL, stdout=self._log, stderr=subprocess.PIPE,
            preexec_fn=None if cpu is None else lambda: os.sched_setaffinity(0, {cpu}), start_new_session=True)
        self.url = f"http://127.0.0.1:{port}"

    def wait_until_ready(self, limit_s=10.0):
        """Seconds from its start to the first answer that it is ready."""
        while time.monotonic() - self._begun < limit_s and self._process.poll() is None:
            if self._is_ready():
                return time.monotonic() - self._begun
            time.sleep(0.0005)
        errors = self._process.stderr.read().decode(errors="replace") if self._process.poll() is not None else "not ready"
        self.end()
        raise CannotRun(f"{' '.join(self.argv)} does not start: {errors.strip()}")

    def _is_ready(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
        with contextlib.closing(connection), contextlib.suppress(OSError, http.client.HTTPException):
            connection.request("GET", "/actuator/health/readiness")
            return connection.getresponse().status == 200
        return False

    @property
    def pid(self):
        return self._process.pid

    def cpu_s(self):
        return machine.process_cpu_seconds(self.pid)

    def resident_bytes(self):
        return process_run.status_bytes(self.pid, "VmRSS")

    def post(self, path, text):
        """The status of the answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        with contextlib.closing(connection):
            connection.request("POST", path, text, {"Content-Type": "application/json"})
            return connection.getresponse().status

    def end(self):
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(30)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._process.stderr.close()
        self._log.close()


class Shop:
    """Services that share an event log in `folder`, for the length of a `with` block.

    @param cpus  the core of each service by name
    """

    def __init__(self, build, folder, cpus, environment=None):
        self._build, self._folder, self._cpus = build, pathlib.Path(folder), cpus
        self._environment = environment or {}
        self.services = {}

    def store(self, name):
        return self._folder / name / "store.db"

    def __enter__(self):
        ports = {name: free_port() for name in self._cpus}
        try:
            for name, cpu in self._cpus.items():
                own = {"STATE_DIR": str(self._folder / name), "BROKER_ADDR": f"file:{self._folder}/events",
                       "BOOK_URL": f"http://127.0.0.1:{ports.get('book', 1)}", **self._environment}
                self.services[name] = Service(program_of(name, self._build), ports[name], own, cpu,
                                              self._folder / f"{name}.log")
            for service in self.services.values():
                service.wait_until_ready()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __getitem__(self, name):
        return self.services[name]

    def __exit__(self, *_):
        for service in self.services.values():
            service.end()
