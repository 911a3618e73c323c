"""Starts `holdfast target` and brings back its truth."""
import json
import os
import pathlib
import resource
import signal
import subprocess
import time
from dataclasses import dataclass

import machine

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]


class CannotRun(Exception):
    """Something that the measurement needs is missing; the message says what, and how to get it."""


def holdfast_binary(given=None):
    """`given`, else the release build."""
    path = pathlib.Path(given or REPOSITORY / "build/release/harness/cli/holdfast")
    if not os.access(path, os.X_OK):
        raise CannotRun(f"{path} is no program. Build it with \"cmake --preset release && cmake --build --preset release\", "
                        "or name another with --holdfast.")
    return str(path.resolve())


@dataclass(frozen=True)
class Truth:
    """What the target knows of the requests that it got. `all` is the JSON that it wrote at its end."""
    all: dict
    cpu_s: float = 0.0

    @property
    def requests(self):
        return self.all["requests_received"]

    @property
    def answers(self):
        return self.all["answers_sent"]

    @property
    def misbehaved(self):
        return self.all["answers_misbehaved"]

    @property
    def connections(self):
        return self.all["connections_accepted"]

    @property
    def span_s(self):
        """From the first request to the last."""
        return self.all.get("last_arrival_s", 0) - self.all.get("first_arrival_s", 0)

    @property
    def per_second(self):
        return (self.requests - 1) / self.span_s if self.span_s > 0 else None

    def service_us(self, name):
        """A figure of the service times: 'p50', 'p99', 'p99.9', 'mean', 'max'."""
        return self.all[f"service_{name.replace('.', '_')}_us"]

    @property
    def variation_of_arrivals(self):
        """Coefficient of variation of the times between arrivals."""
        mean = self.all.get("interarrival_mean_us")
        return self.all["interarrival_variance_us2"] ** 0.5 / mean if mean else None


def _open_all_files():
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


class TargetServer:
    """A target on a free port for the length of a `with` block; afterwards `truth` is there."""

    def __init__(self, binary, options, folder, cpu=None):
        self.argv = [binary, "target", "--listen", "127.0.0.1:0", *options]
        if cpu is not None:
            self.argv += ["--cpu", str(cpu)]
        self._folder = pathlib.Path(folder)
        self.truth = None

    def __enter__(self):
        port_file, truth_file = self._folder / "target.port", self._folder / "target.json"
        port_file.unlink(missing_ok=True)
        self._log = open(self._folder / "target.log", "w+", encoding="utf-8")
        self._truth_file = truth_file
        self._process = subprocess.Popen([*self.argv, "--port-file", str(port_file), "--truth", str(truth_file)],
                                         stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log,
                                         preexec_fn=_open_all_files, start_new_session=True)
        self.port = self._await_port(port_file)
        self.url = f"http://127.0.0.1:{self.port}/"
        return self

    def _await_port(self, port_file, limit_s=10.0):
        until = time.monotonic() + limit_s
        while time.monotonic() < until and self._process.poll() is None:
            text = port_file.read_text() if port_file.exists() else ""
            if text.endswith("\n"):
                return int(text)
            time.sleep(0.01)
        self._end()
        raise CannotRun(f"the target did not start: {' '.join(self.argv)}\n{self._read_log()}")

    @property
    def pid(self):
        return self._process.pid

    def __exit__(self, kind, *_):
        cpu = machine.process_cpu_seconds(self.pid)
        code = self._end()
        if kind is None and code != 0:
            raise CannotRun(f"the target ended with {code}:\n{self._read_log()}")
        if kind is None:
            self.truth = Truth(json.loads(self._truth_file.read_text()), cpu)
        self._log.close()

    def _end(self):
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
        return self._process.wait()

    def _read_log(self):
        self._log.seek(0)
        return self._log.read()
