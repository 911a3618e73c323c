"""What `proxy` measures: one class a case. Each takes rounds and gives a table."""
import contextlib
import pathlib
import re
import tempfile
from dataclasses import dataclass, replace

import generators as g
import machine
import process_run
from peer_cases import KIB, Check, Table, number, spread_text
from proxy_server import Proxy
from rounds import Goal, Spread, order_of_round, ratio_pair_by_pair
from target_server import TargetServer

DIRECT = "no proxy"


@dataclass(frozen=True)
class Lab:
    """Where things run, and which proxies take part: name -> (function that makes its command line, program)."""
    binary: str
    server_cpu: int | None
    generator_cpu: int | None
    proxies: dict
    log: object


@dataclass
class Run:
    command: list
    requests: int
    failed: int
    per_second: float | None
    p50_us: float | None
    p99_us: float | None
    proxy_cpu_s: float
    peak_bytes: int | None
    other_work: float
    problem: str | None = None

    @property
    def cpu_us(self):
        return self.proxy_cpu_s * 1e6 / self.requests if self.requests else None


def measure(lab, name, load, target_options):
    """One run through the proxy `name`, or straight to the target; everything started afresh."""
    generator = g.Holdfast(lab.binary)
    with contextlib.ExitStack() as stack:
        folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="holdfast-bench-")))
        target = stack.enter_context(TargetServer(lab.binary, target_options, folder, lab.server_cpu))
        proxy = None
        if name != DIRECT:
            command, program = lab.proxies[name]
            proxy = stack.enter_context(Proxy(command, program, folder, target.port, lab.server_cpu))
        argv = generator.command(replace(load, url=(proxy or target).url), folder)
        lab.log([re.sub(re.escape(str(folder)) + r"/?", "DIR/", word) for word in argv])
        busy = machine.busy_now()[0]
        cpu = proxy.cpu_s() if proxy else 0.0
        target_cpu = machine.process_cpu_seconds(target.pid)
        finished = process_run.run(argv, cpu=lab.generator_cpu, folder=folder, limit_s=load.seconds + 60)
        busy = machine.busy_now()[0] - busy
        cpu = (proxy.cpu_s() if proxy else 0.0) - cpu
        target_cpu = machine.process_cpu_seconds(target.pid) - target_cpu
        peak = proxy.peak_bytes() if proxy else None
        reported = generator.read(finished, folder)
    other = max(0.0, busy - cpu - target_cpu - finished.cpu_s) / finished.wall_s
    return Run([re.sub(re.escape(str(folder)) + r"/?", "DIR/", word) for word in argv], target.truth.requests,
               reported.failed, target.truth.per_second, reported.quantiles_us.get("p50"),
               reported.quantiles_us.get("p99"), cpu, peak, other,
               None if finished.code in generator.codes else f"ended with {finished.code}")


class Case:
    def __init__(self, title, load, goals, target_options=("--size", "128"), with_direct=True):
        self.title, self.load, self.goals = title, load, goals
        self.target_options, self.with_direct = target_options, with_direct

    def run(self, lab, rounds, seconds):
        names = [*lab.proxies, *([DIRECT] if self.with_direct else [])]
        runs = {name: [] for name in names}
        table = Table(self.title, ["proxy", "requests/s", "CPU us/request", "p50 us", "added p50 us", "p99 us", "peak RSS MiB",
                                   "failed", "holdfast/peer: CPU/request"])
        load = replace(self.load, seconds=seconds)
        for number_ in range(rounds):
            for name in order_of_round(names, number_):
                run = measure(lab, name, load, self.target_options)
                runs[name].append(run)
                table.commands["load"] = " ".join(run.command)
                table.other_work.append(run.other_work)
                if run.problem:
                    table.note(f"{name}: {run.problem}")
        for name in names:
            table.rows.append(self._row(name, runs))
        for what, goal in self.goals:
            table.checks.append(Check(what, goal, self._figure(what, runs)))
        return table

    @staticmethod
    def added(name, runs):
        """p50 through the proxy less p50 without it, round by round."""
        direct = runs.get(DIRECT, [])
        pairs = [(a.p50_us, b.p50_us) for a, b in zip(runs[name], direct)]
        return Spread.of([a - b for a, b in pairs if a is not None and b is not None])

    @staticmethod
    def cpu_ratio(name, runs):
        return ratio_pair_by_pair([r.cpu_us for r in runs["holdfast"]], [r.cpu_us for r in runs[name]])

    def _row(self, name, runs):
        of = runs[name]
        is_proxy = name != DIRECT
        is_peer = is_proxy and name != "holdfast" and "holdfast" in runs
        return [name, spread_text(Spread.of([r.per_second for r in of])),
                spread_text(Spread.of([r.cpu_us for r in of])) if is_proxy else "",
                spread_text(Spread.of([r.p50_us for r in of])),
                spread_text(self.added(name, runs)) if is_proxy else "",
                spread_text(Spread.of([r.p99_us for r in of])),
                spread_text(Spread.of([r.peak_bytes for r in of]), 1 / KIB / KIB) if is_proxy else "",
                number(sum(r.failed for r in of)), spread_text(self.cpu_ratio(name, runs)) if is_peer else ""]

    def _figure(self, what, runs):
        if what.startswith("CPU"):
            return self.cpu_ratio("haproxy", runs) if "haproxy" in runs and "holdfast" in runs else None
        if what.startswith("added"):
            return self.added("holdfast", runs) if "holdfast" in runs else None
        return Spread.of([r.failed for r in runs.get("holdfast", [])])


CPU = ("CPU/request, holdfast/haproxy", Goal(1.0))
ADDED = ("added p50, us", Goal(60))
NONE_FAILED = ("failed requests", Goal(0))


def _load(connections, **more):
    return g.Load(url="", connections=connections, seconds=1, **more)


CASES = {
    "keep-alive": lambda: Case("keep-alive, 64 connections, answers of 128 bytes", _load(64), [CPU]),
    "per-request": lambda: Case("a connection for each request, 64 at a time", _load(64, keeps_alive=False), [CPU]),
    "rate": lambda: Case("2,000 requests a second on a schedule, 16 connections", _load(16, rate=2000), [CPU, ADDED]),
    "one": lambda: Case("one connection, one request after the other", _load(1), [CPU, ADDED]),
    "bulk": lambda: Case("answers of 1 MiB, 8 connections", _load(8), [CPU], ("--size", "1MiB")),
    "connections": lambda: Case("5,000 connections, each answer after 1 s", _load(5000, timeout_s=30), [CPU, NONE_FAILED],
                                ("--size", "128", "--latency", "constant:1s"), with_direct=False),
}
