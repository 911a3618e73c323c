"""One run of one generator against a target of its own, with everything that is measured of it."""
import os
import pathlib
import re
import tempfile
from dataclasses import dataclass, replace

import machine
import process_run
from generator_output import Reported, UnreadableOutput
from strace_summary import SystemCalls, read_strace_summary
from target_server import TargetServer, Truth


@dataclass(frozen=True)
class Bench:
    """Where things run."""
    binary: str
    target_cpu: int | None
    generator_cpu: int | None
    log: object                  # called with each command line


@dataclass
class Measured:
    command: list
    finished: process_run.Finished
    truth: Truth
    reported: Reported | None
    problem: str | None = None   # why the figures of this run do not count
    other_work: float = 0.0      # cores that neither generator nor target used, but somebody did
    steal: float = 0.0           # cores that the hypervisor withheld
    calls: SystemCalls | None = None

    @property
    def cpu_us_per_request(self):
        return self.finished.cpu_s * 1e6 / self.truth.requests if self.truth.requests else None


def without_folder(argv, folder):
    """A command line as one would type it: temporary names replaced."""
    return [re.sub(re.escape(str(folder)) + r"/?", "DIR/", word) for word in argv]


def measure(bench, generator, load, target_options=(), traced=False, limit_s=None, **how):
    """Runs `generator` against a fresh target; `load.url` is a path (or empty).

    A fresh target each time: its truth is that of this run alone, and nobody profits from what went before.
    The generator may take `limit_s` longer than it was asked to run before it is killed.
    """
    with tempfile.TemporaryDirectory(prefix="holdfast-bench-") as name:
        folder = pathlib.Path(name)
        target = TargetServer(bench.binary, target_options, folder, bench.target_cpu)
        with target:
            argv = generator.command(replace(load, url=target.url + load.url.lstrip("/")), folder)
            trace = ["strace", "-f", "-c", "-o", str(folder / "strace")] if traced else []
            bench.log(without_folder([*trace, *argv], folder))
            busy_before, steal_before = machine.busy_now()
            finished = process_run.run([*trace, *argv], cpu=bench.generator_cpu, folder=folder,
                                       limit_s=load.seconds + (limit_s or 30), **how)
            busy_after, steal_after = machine.busy_now()
            target_cpu = machine.process_cpu_seconds(target.pid)
        measured = Measured(without_folder(argv, folder), finished, target.truth, None)
        measured.other_work = max(0.0, busy_after - busy_before - finished.cpu_s - target_cpu) / finished.wall_s
        measured.steal = (steal_after - steal_before) / finished.wall_s
        if traced:
            measured.calls = read_strace_summary((folder / "strace").read_text())
        _judge(measured, generator, folder)
        return measured


def _judge(measured, generator, folder):
    finished = measured.finished
    if finished.was_killed:
        measured.problem = "did not end by itself"
    elif finished.code not in generator.codes:
        last = finished.text.strip().splitlines()[-1:] or ["no message"]
        measured.problem = f"ended with {finished.code}: {last[0][-160:]}"
    try:
        measured.reported = generator.read(finished, folder)
    except UnreadableOutput as unreadable:
        measured.problem = measured.problem or str(unreadable)


def default_cpus():
    """(target, generator): two different cores; (None, None) where there is only one."""
    cores = sorted(os.sched_getaffinity(0))
    return (cores[1], cores[0]) if len(cores) > 1 else (None, None)
