"""What `compare-peers` measures: one class a case. Each takes rounds and gives a table."""
from dataclasses import dataclass, field

import generators as g
from measurement import measure
from rounds import Goal, Spread, order_of_round, ratio_pair_by_pair
from strace_summary import TIMER_CALLS

KIB = 1024


@dataclass
class Check:
    """A goal and what was measured for it."""
    what: str
    goal: Goal
    spread: Spread | None

    @property
    def is_met(self):
        return self.goal.is_met_by(self.spread)


@dataclass
class Table:
    title: str
    columns: list
    rows: list = field(default_factory=list)       # texts, the first is the generator
    checks: list = field(default_factory=list)
    notes: list = field(default_factory=list)
    commands: dict = field(default_factory=dict)   # generator -> command line
    other_work: list = field(default_factory=list)

    def remember(self, name, measured):
        self.commands[name] = " ".join(measured.command)
        self.other_work.append(measured.other_work)
        if measured.problem:
            self.note(f"{name}: {measured.problem}")

    def note(self, text):
        if text not in self.notes:
            self.notes.append(text)


def number(value, digits=3):
    """With three significant digits, and thousands separated; '-' for nothing."""
    if value is None:
        return "-"
    if abs(value) >= 10 ** (digits - 1):
        return f"{value:,.0f}"
    return f"{value:.{digits}g}"


def spread_text(spread, scale=1.0):
    if spread is None:
        return "-"
    return f"{number(spread.middle * scale)} ({number(spread.least * scale)}..{number(spread.most * scale)})"


def good(run):
    """Whether the figures of a run count."""
    return run is not None and run.problem is None


class RateCase:
    """Requests a second and CPU time a request, everybody as fast as it can."""

    def __init__(self, title, keeps_alive, connections, goals):
        self.title, self.keeps_alive, self.connections, self.goals = title, keeps_alive, connections, goals

    def run(self, bench, chosen, rounds, seconds):
        table = Table(self.title, ["generator", "requests/s", "CPU us/request", "peak RSS MiB", "system calls/request",
                                   "errors", "holdfast/peer: requests/s", "holdfast/peer: CPU/request"])
        load = g.Load(url="", connections=self.connections, seconds=seconds, keeps_alive=self.keeps_alive)
        able = self._able(chosen, load, table)
        runs = {generator.name: [] for generator in able}
        for number_ in range(rounds):
            for name in order_of_round(list(runs), number_):
                generator = next(x for x in able if x.name == name)
                runs[name].append(measure(bench, generator, load, ["--size", "128"]))
                table.remember(name, runs[name][-1])
        for generator in able:
            self._add_row(table, generator.name, runs, self._calls_per_request(bench, generator, load, table))
        return table

    @staticmethod
    def _able(chosen, load, table):
        able = []
        for generator in chosen:
            if refusal := generator.refusal(load):
                table.note(f"{generator.name}: n/a, {refusal}")
            else:
                able.append(generator)
        return able

    @staticmethod
    def _calls_per_request(bench, generator, load, table):
        short = g.replace(load, seconds=2)
        traced = measure(bench, generator, short, ["--size", "128"], traced=True)
        if traced.problem:
            table.note(f"{generator.name} under strace: {traced.problem}")
            return None
        return traced.calls.total / traced.truth.requests if traced.truth.requests else None

    def _add_row(self, table, name, runs, calls):
        def figures(of, value):
            return [value(run) if good(run) else None for run in runs[of]]

        def rate(run):
            return run.truth.per_second

        def cpu(run):
            return run.cpu_us_per_request

        ratios = ["", ""]
        if name != "holdfast":
            rates = ratio_pair_by_pair(figures("holdfast", rate), figures(name, rate))
            cpus = ratio_pair_by_pair(figures("holdfast", cpu), figures(name, cpu))
            ratios = [spread_text(rates), spread_text(cpus)]
            for (peer, what), goal in self.goals.items():
                if peer == name:
                    table.checks.append(Check(f"{what}, holdfast/{name}", goal, rates if what == "requests/s" else cpus))
        peak = Spread.of(figures(name, lambda run: run.finished.peak_bytes))
        errors = sum(run.reported.failed for run in runs[name] if run.reported)
        table.rows.append([name, spread_text(Spread.of(figures(name, rate))), spread_text(Spread.of(figures(name, cpu))),
                           spread_text(peak, 1 / KIB / KIB), number(calls), str(errors), *ratios])


def keep_alive():
    return RateCase("keep-alive, 64 connections, answers of 128 bytes", True, 64,
                    {("wrk", "CPU/request"): Goal(0.85), ("siege", "requests/s"): Goal(15, at_most=False)})


def per_request():
    return RateCase("a connection for each request, 64 at a time", False, 64,
                    {("wrk", "CPU/request"): Goal(1.0), ("siege", "requests/s"): Goal(4, at_most=False)})


class IdleConnections:
    """Memory of an open connection. The target takes two seconds for every answer, so a closed loop of 10,000 users holds
    10,000 connections open whatever the generator is."""
    title = "10,000 open connections"
    few, many = 10, 10_000
    target = ["--size", "128", "--latency", "constant:2s", "--idle-timeout", "1h", "--max-connections", "20000"]

    def run(self, bench, chosen, rounds, seconds):
        table = Table(self.title, ["generator", "connections opened", "peak RSS MiB", "peak RSS MiB with 10",
                                   "KiB/connection", "errors", "with a limit of 4,096 open files"])
        length = max(seconds, 8)  # time to connect 10,000 times, and to hear from each
        for generator in chosen:
            per_connection, last = [], None
            for _ in range(rounds):
                small, large = (self._measure(bench, generator, n, length, table) for n in (self.few, self.many))
                last = (small, large)
                if good(small) and good(large) and small.finished.peak_bytes and large.finished.peak_bytes:
                    per_connection.append((large.finished.peak_bytes - small.finished.peak_bytes) / (self.many - self.few))
            self._add_row(table, generator, per_connection, last, self._with_few_files(bench, generator))
        return table

    def _measure(self, bench, generator, connections, seconds, table):
        load = g.Load(url="", connections=connections, seconds=seconds, timeout_s=30)
        measured = measure(bench, generator, load, self.target, limit_s=60)
        table.remember(generator.name, measured)
        # The one that holdfast makes before the start, to see whether anybody listens, is not one of them.
        if good(measured) and measured.truth.connections < connections:
            measured.problem = f"opened only {measured.truth.connections} of {connections} connections"
            table.note(f"{generator.name}: {measured.problem}")
        return measured

    def _with_few_files(self, bench, generator):
        load = g.Load(url="", connections=self.many, seconds=2)
        measured = measure(bench, generator, load, self.target, open_files=(1024, 4096))
        if measured.finished.was_killed:
            return "never ends"
        failures = f", {measured.reported.failed:,} failures reported" if measured.reported else ""
        return f"exit {measured.finished.code}, sent {measured.truth.requests:,} requests{failures}"

    @staticmethod
    def _add_row(table, generator, per_connection, last, few_files):
        small, large = last
        spread = Spread.of(per_connection)

        def mib(run):
            return number(run.finished.peak_bytes / KIB / KIB if run.finished.peak_bytes else None)

        errors = str(large.reported.failed) if large.reported else "-"
        table.rows.append([generator.name, f"{large.truth.connections:,}", mib(large), mib(small),
                           spread_text(spread, 1 / KIB), errors, few_files])
        if generator.name == "holdfast":
            kib = Spread.of([value / KIB for value in per_connection])
            table.checks.append(Check("resident KiB a connection", Goal(16), kib))


class OpenLoop:
    """How punctual a schedule of 10,000 requests a second is. Only holdfast has one among these generators."""
    title = "open loop, 10,000 requests a second, one shard, 200 connections"

    def run(self, bench, chosen, rounds, seconds):
        table = Table(self.title, ["generator", "requests/s", "slip p50 us", "slip p99 us", "slip max us", "dropped",
                                   "CPU us/request", "verdict of its own"])
        load = g.Load(url="", connections=200, seconds=seconds, rate=10_000)
        for generator in chosen:
            if refusal := generator.refusal(load):
                table.note(f"{generator.name}: n/a, {refusal}")
                continue
            runs = []
            for _ in range(rounds):
                runs.append(measure(bench, generator, load, ["--size", "128"]))
                table.remember(generator.name, runs[-1])
            self._add_row(table, generator.name, [run for run in runs if good(run)])
        return table

    @staticmethod
    def _add_row(table, name, runs):
        p50, p99, most = (Spread.of([run.reported.extra.get(f"slip_{key}_us") for run in runs])
                          for key in ("p50", "p99", "max"))
        verdicts = sorted({run.reported.extra["verdict"] for run in runs})
        for finding in sorted({finding for run in runs for finding in run.reported.extra["findings"]})[:3]:
            table.note(f"{name} on its own run: {finding}")
        table.rows.append([name, spread_text(Spread.of([run.truth.per_second for run in runs])), spread_text(p50),
                           spread_text(p99), spread_text(most), str(sum(run.reported.extra["dropped"] for run in runs)),
                           spread_text(Spread.of([run.cpu_us_per_request for run in runs])), ", ".join(verdicts)])
        table.checks += [Check("slip p50, us", Goal(100), p50), Check("slip p99, us", Goal(1000), p99)]


class Syscalls:
    """What a request costs in system calls, at a steady state: those of a run of 4 s less those of a run of 1 s, so that
    start and end do not count. strace slows everybody down, which leaves fewer answers to be had by each wait."""
    title = "system calls a request, keep-alive, 64 connections (strace -f -c)"

    def run(self, bench, chosen, rounds, seconds):
        table = Table(self.title, ["generator", "calls/request", "epoll_ctl/request", "timer calls/request",
                                   "most frequent"])
        for generator in chosen:
            totals, calls, requests = [], None, 0
            for _ in range(rounds):
                short, long_ = (self._trace(bench, generator, s, table) for s in (1, 4))
                if short.problem or long_.problem:
                    continue
                calls = long_.calls.minus(short.calls)
                requests = long_.truth.requests - short.truth.requests
                if requests > 0:
                    totals.append(calls.total / requests)
            if not totals:
                table.rows.append([generator.name, *["-"] * 4])
                continue
            self._add_row(table, generator.name, Spread.of(totals), calls, requests)
        return table

    @staticmethod
    def _trace(bench, generator, seconds, table):
        load = g.Load(url="", connections=64, seconds=seconds)
        measured = measure(bench, generator, load, ["--size", "128"], traced=True)
        table.remember(generator.name, measured)
        return measured

    @staticmethod
    def _add_row(table, name, spread, calls, requests):
        most = ", ".join(f"{call} {number(n / requests)}" for call, n in calls.most_frequent(4))
        table.rows.append([name, spread_text(spread), number(calls.of("epoll_ctl") / requests),
                           number(calls.of(*TIMER_CALLS) / requests), most])
        if name == "holdfast":
            table.checks.append(Check("system calls a request", Goal(3), spread))


class Memory:
    """Whether memory grows with the length of a run: resident after 5 s and at the end of 60 s at a constant rate. The
    target takes 16 ms an answer, so that 64 connections of a closed loop make 4,000 requests a second as well."""
    title = "memory over 60 s at 4,000 requests a second, 64 connections"
    seconds, early_s = 62, 5

    def run(self, bench, chosen, rounds, seconds):
        table = Table(self.title, ["generator", "RSS MiB after 5 s", "RSS MiB after 60 s", "growth %"])
        for generator in chosen:
            growths = []
            for _ in range(rounds):
                rate = 4000 if generator.has_open_loop else None
                load = g.Load(url="", connections=64, seconds=self.seconds, rate=rate)
                measured = measure(bench, generator, load, ["--size", "128", "--latency", "constant:16ms"])
                table.remember(generator.name, measured)
                early = resident_at(measured.finished.memory, self.early_s)
                late = resident_at(measured.finished.memory, 60)
                if good(measured) and early and late:
                    growths.append((early, late))
            self._add_row(table, generator.name, growths)
        return table

    @staticmethod
    def _add_row(table, name, growths):
        growth = Spread.of([100 * (late - early) / early for early, late in growths])
        table.rows.append([name, spread_text(Spread.of([early for early, _ in growths]), 1 / KIB / KIB),
                           spread_text(Spread.of([late for _, late in growths]), 1 / KIB / KIB), spread_text(growth)])
        if name == "holdfast":
            table.checks.append(Check("growth of resident memory from 5 s to 60 s, %", Goal(5), growth))


def resident_at(samples, second):
    """The last sample taken until then; None when the run ended long before."""
    until = [size for at, size in samples if at <= second]
    return until[-1] if until and samples[-1][0] >= second - 1 else None


CASES = {"keep-alive": keep_alive, "per-request": per_request, "idle-connections": IdleConnections,
         "open-loop": OpenLoop, "syscalls": Syscalls, "memory": Memory}
