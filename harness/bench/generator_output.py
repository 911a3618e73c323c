"""What load generators print, read into one form. Pure functions over text; times in microseconds.

A field that a tool does not print stays None: nothing is guessed.
"""
import json
import re
from dataclasses import dataclass, field


class UnreadableOutput(Exception):
    """The output is not what this tool prints after a run; the message says what is missing."""


@dataclass
class Reported:
    """What a generator says of its own run."""
    ok: int = 0                        # requests with a good answer
    failed: int = 0                    # requests with a bad status or without an answer
    timeouts: int | None = None        # of the failed: those that it calls timeouts
    in_flight: int | None = None       # started, but cut off by the end of the run
    per_second: float | None = None
    quantiles_us: dict = field(default_factory=dict)   # {"p50": 2140.0, ...}
    at_least: frozenset = frozenset()  # those of them that are lower bounds
    mean_us: float | None = None
    max_us: float | None = None
    grain_us: float = 0.0              # the last digit that it prints of a time
    extra: dict = field(default_factory=dict)

    @property
    def total(self):
        return self.ok + self.failed


def _number(text, pattern, what, tool):
    found = re.search(pattern, text, re.MULTILINE)
    if not found:
        raise UnreadableOutput(f"{tool}: no {what} in the output: {text.strip()[-300:]!r}")
    return float(found.group(1).replace(",", ""))


def _optional(text, pattern, default=None):
    found = re.search(pattern, text, re.MULTILINE)
    return float(found.group(1)) if found else default


_UNITS_US = {"us": 1.0, "ms": 1e3, "s": 1e6, "m": 60e6, "h": 3600e6}


def time_us(text):
    """'2.14ms', '575us', '1.05s', '1.20m' in microseconds."""
    found = re.fullmatch(r"([0-9.]+)(us|ms|s|m|h)", text.strip())
    if not found:
        raise UnreadableOutput(f"not a time: {text!r}")
    return float(found.group(1)) * _UNITS_US[found.group(2)]


def read_wrk(text):
    """wrk with --latency. Socket errors are connections, which for wrk are requests without an answer."""
    total = int(_number(text, r"^\s*(\d+) requests in", "number of requests", "wrk"))
    bad_status = int(_optional(text, r"Non-2xx or 3xx responses: (\d+)", 0))
    errors = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", text)
    connect, read, write, timeout = (int(n) for n in errors.groups()) if errors else (0, 0, 0, 0)
    quantiles = {f"p{p}": time_us(t) for p, t in re.findall(r"^\s+(50|75|90|99)%\s+(\S+)$", text, re.MULTILINE)}
    # Printed by the few lines of Lua that go with it for the accuracy tests.
    for p, us in re.findall(r"^percentile (\S+) (\d+)$", text, re.MULTILINE):
        quantiles["p" + p] = float(us)
    average = re.search(r"^\s+Latency\s+(\S+)\s+\S+\s+(\S+)", text, re.MULTILINE)
    return Reported(ok=total - bad_status, failed=bad_status + connect + read + write + timeout, timeouts=timeout,
                    per_second=_number(text, r"^Requests/sec:\s+([0-9.]+)", "rate", "wrk"), quantiles_us=quantiles,
                    mean_us=time_us(average.group(1)) if average else None,
                    max_us=time_us(average.group(2)) if average else None, grain_us=1.0,
                    extra={"socket_errors": connect + read + write})


def read_h2load(text, log=None):
    """h2load. It prints no percentiles, but `log`, the lines of its --log-file (start, status, microseconds), has all."""
    counts = re.search(r"requests: (\d+) total, (\d+) started, (\d+) done, (\d+) succeeded, (\d+) failed, (\d+) errored, "
                       r"(\d+) timeout", text)
    if not counts:
        raise UnreadableOutput(f"h2load: no counts of requests in the output: {text.strip()[-300:]!r}")
    _, started, done, succeeded, failed, errored, timeout = (int(n) for n in counts.groups())
    times = re.search(r"time for request:\s+(\S+)\s+(\S+)\s+(\S+)", text)
    # Its "failed" includes those that errored and those that timed out.
    reported = Reported(ok=succeeded, failed=failed, timeouts=timeout,
                        in_flight=max(0, started - done),
                        per_second=_number(text, r"finished in \S+ ([0-9.]+) req/s", "rate", "h2load"),
                        mean_us=time_us(times.group(3)) if times else None,
                        max_us=time_us(times.group(2)) if times else None, grain_us=1.0)
    if log:
        reported.quantiles_us = quantiles_of(sorted(float(line.split("\t")[2]) for line in log if line.strip()))
    return reported


def read_hey(text):
    """hey. What it calls an error is a request without an answer."""
    rate = _number(text, r"^\s*Requests/sec:\s+([0-9.]+)", "rate", "hey")
    statuses = {int(code): int(n) for code, n in re.findall(r"^\s+\[(\d+)\]\t(\d+) responses", text, re.MULTILINE)}
    errors = [(int(n), what) for n, what in re.findall(r"^\s+\[(\d+)\]\t(?!\d+ responses)(.+)$", text, re.MULTILINE)]
    quantiles = {"p" + p: float(t) * 1e6 for p, t in re.findall(r"^\s+(\d+)% in ([0-9.]+) secs", text, re.MULTILINE)}
    ok = sum(n for code, n in statuses.items() if code < 400)
    seconds = [_optional(text, rf"^\s*{name}:\s+([0-9.]+) secs") for name in ("Average", "Slowest")]
    return Reported(ok=ok, failed=sum(n for n, _ in errors) + sum(statuses.values()) - ok,
                    timeouts=sum(n for n, what in errors if "Timeout" in what or "deadline" in what), per_second=rate,
                    quantiles_us=quantiles, mean_us=None if seconds[0] is None else seconds[0] * 1e6,
                    max_us=None if seconds[1] is None else seconds[1] * 1e6, grain_us=100.0)


def read_siege(text):
    """siege 4.0, whose times have a grain of 10 ms and which prints no percentiles."""
    hits = int(_number(text, r"^Transactions:\s+(\d+) hits", "number of transactions", "siege"))
    failed = int(_number(text, r"^Failed transactions:\s+(\d+)", "number of failures", "siege"))
    return Reported(ok=hits, failed=failed,
                    timeouts=len(re.findall(r"timed? ?out", text)) if failed else 0,
                    per_second=_number(text, r"^Transaction rate:\s+([0-9.]+)", "rate", "siege"),
                    mean_us=_number(text, r"^Response time:\s+([0-9.]+)", "response time", "siege") * 1e6,
                    max_us=_number(text, r"^Longest transaction:\s+([0-9.]+)", "longest transaction", "siege") * 1e6,
                    grain_us=10_000.0)


_PERCENTILES = {"p50": "p50_us", "p75": "p75_us", "p90": "p90_us", "p95": "p95_us", "p99": "p99_us", "p99.9": "p99_9_us"}


def read_holdfast_json(text):
    """holdfast load --json."""
    try:
        all_ = json.loads(text)
        requests, outcomes, latency = all_["requests"], all_["outcomes"], all_["latency"]
    except (ValueError, KeyError, TypeError) as problem:
        raise UnreadableOutput(f"holdfast: not the JSON of a finished run ({problem}): {text.strip()[-300:]!r}") from None
    quantiles = {p: latency[key] for p, key in _PERCENTILES.items() if latency.get(key) is not None}
    slip = all_.get("slip", {})
    return Reported(ok=requests["ok"], failed=requests["failed"],
                    timeouts=outcomes["response_timeout"] + outcomes["connect_timeout"], in_flight=requests["unfinished"],
                    per_second=all_["rates"]["throughput_per_second"], quantiles_us=quantiles,
                    at_least=frozenset(key.replace("_", ".") for key in latency["at_least"]),
                    mean_us=latency["mean_us"], max_us=latency["max_us"], grain_us=0.001,
                    extra={"started": requests["started"], "dropped": requests["dropped"],
                           "slip_p50_us": slip.get("p50_us"), "slip_p99_us": slip.get("p99_us"),
                           "slip_max_us": slip.get("max_us"),
                           "verdict": all_["measurement"]["verdict"],
                           "findings": [f["text"] for f in all_["measurement"]["findings"] if f["severity"] == "breach"]})


def read_plain_json(text):
    """Any other generator that prints one JSON object: ok, failed, timeouts, per_second, p50_us, p99_us, p99_9_us,
    mean_us, max_us; only `ok` has to be there."""
    try:
        all_ = json.loads(text)
        reported = Reported(ok=int(all_["ok"]))
    except (ValueError, KeyError, TypeError) as problem:
        raise UnreadableOutput(f"no JSON object with a number \"ok\" ({problem}): {text.strip()[-300:]!r}") from None
    reported.failed = int(all_.get("failed", 0))
    for name in ("timeouts", "in_flight", "per_second", "mean_us", "max_us"):
        setattr(reported, name, all_.get(name))
    reported.quantiles_us = {p: all_[key] for p, key in _PERCENTILES.items() if all_.get(key) is not None}
    return reported


READERS = {"holdfast-json": read_holdfast_json, "wrk": read_wrk, "h2load": read_h2load, "hey": read_hey,
           "siege": read_siege, "json": read_plain_json}


def quantiles_of(ordered):
    """p50, p99 and p99.9 of ascending values: the ceil(q * n)-th smallest."""
    if not ordered:
        return {}
    per_mille = {"p50": 500, "p99": 990, "p99.9": 999}
    return {name: ordered[max(0, -(-len(ordered) * share // 1000) - 1)] for name, share in per_mille.items()}
