"""Whether what a generator reports is what the target knows. Pure functions; each tolerance with its reason."""
from dataclasses import dataclass, field

from latency_laws import QUANTILES


@dataclass
class Verdict:
    status: str                 # "pass", "fail", "none" (the tool does not say), "n/a" (the tool cannot do it)
    detail: str = ""
    figures: dict = field(default_factory=dict)


# name: (relative, absolute in us). The same requests are timed at both ends, so there is no error of sampling between the
# two. What a client adds to the server's own time is one way through loopback and a wake-up on each side: 50 to 150 us at
# the median; at p99 a wake-up that waits for a scheduler's slice, at p99.9 several milliseconds of that. The relative part
# is for requests cut off by the end of the run, which only the target counts, and for the grain of histograms.
TOLERANCES = {"p50": (0.02, 200), "p99": (0.03, 1000), "p99.9": (0.10, 2000)}
LAW_TOLERANCE_TEXT = "p50 2 % + 0.2 ms, p99 3 % + 1 ms, p99.9 10 % + 2 ms"


def ms(us):
    return f"{us / 1e3:.3g} ms"


def judge_quantiles(reported, truth, law):
    """Reported percentiles against the target's own histogram. Only what a tool prints is judged."""
    wrong, missing, figures = [], [], {}
    for name, (relative, absolute) in TOLERANCES.items():
        true, said = truth.service_us(name), reported.quantiles_us.get(name)
        figures[name] = {"true_us": true, "reported_us": said}
        if said is None:
            missing.append(name)
        elif not -relative * true - reported.grain_us <= said - true <= relative * true + absolute + reported.grain_us:
            wrong.append(f"{name} {ms(said)}, true {ms(true)}")
    if len(missing) == len(TOLERANCES):
        return Verdict("none", "prints no percentiles", figures)
    if not law_is_followed(truth, law):
        return Verdict("fail", "the target itself missed its law: machine too busy", figures)
    said = f"does not print {', '.join(missing)}" if missing else ""
    return Verdict("fail" if wrong else "pass", "; ".join([*wrong, said] if said else wrong), figures)


def law_is_followed(truth, law):
    """The yardstick against its closed form: within the error of sampling, and as late as a server may be."""
    if truth.requests < 100:
        return False
    for name, q in QUANTILES.items():
        interval = law.interval_us(q, truth.answers)
        relative, absolute = TOLERANCES[name]
        true = truth.service_us(name)
        if interval and not interval[0] * 0.998 <= true <= interval[1] * (1 + relative) + absolute:
            return False
    return True


def judge_rate(reported, truth):
    """2 %: start and end of a run of some seconds are not sharp to more than some requests for each connection."""
    said, true = reported.per_second, truth.per_second
    if said is None:
        return Verdict("none", "prints no rate")
    if not true:
        return Verdict("fail", "sent fewer than two requests")
    figures = {"true_per_second": true, "reported_per_second": said}
    good = abs(said / true - 1) <= 0.02
    return Verdict("pass" if good else "fail", "" if good else f"{said:,.0f}/s, true {true:,.0f}/s", figures)


FREEZE_P99_US = (0.85e6, 1.1e6)


def judge_freeze(reported, is_open):
    """Of requests that are due evenly for 10 s, those of the frozen second wait for its end: a tenth, evenly between 1 s
    and nothing. One in a hundred waits longer than 0.9 s. The median belongs to the other nine seconds."""
    p99, p50 = reported.quantiles_us.get("p99"), reported.quantiles_us.get("p50")
    if p99 is None:
        return Verdict("none", "prints no percentiles")
    loop = "" if is_open else " (closed loop: it waited instead of sending)"
    good = FREEZE_P99_US[0] <= p99 <= FREEZE_P99_US[1] and p50 <= 10e3
    return Verdict("pass" if good else "fail", f"p99 {ms(p99)}, true 905 ms{loop}",
                   {"p99_us": p99, "p50_us": p50})


def judge_arrivals(truth, rate, is_poisson):
    """Even arrivals have a coefficient of variation of 0, Poisson arrivals one of 1. 0.25: at 1,000 a second, timers and
    wake-ups that are 0.1 ms off on each side make 0.15. Poisson: 5,000 gaps have a standard error of 0.02."""
    variation, true_rate = truth.variation_of_arrivals, truth.per_second
    if variation is None or true_rate is None:
        return Verdict("fail", "sent no requests")
    figures = {"variation": variation, "per_second": true_rate}
    even_enough = abs(variation - 1) <= 0.1 if is_poisson else variation <= 0.25
    # The number of Poisson arrivals in 5 s at 1,000/s has a standard deviation of 1.4 %.
    right_rate = abs(true_rate / rate - 1) <= (0.06 if is_poisson else 0.01)
    return Verdict("pass" if even_enough and right_rate else "fail",
                   f"variation {variation:.2f} at {true_rate:,.0f}/s", figures)


def judge_silence(measured, load):
    """Nobody ever answers: the tool has to end by itself (two seconds of grace), and to count each request that it gave
    up, give or take one for each connection at the end of the run."""
    limit = load.seconds + load.timeout_s + 2
    if measured.finished.was_killed or measured.finished.wall_s > limit:
        return Verdict("fail", f"did not end within {limit} s")
    said, true = measured.reported.timeouts or 0, measured.truth.requests
    good = said > 0 and abs(said - true) <= load.connections
    return Verdict("pass" if good else "fail", f"{said} timeouts reported, {true} requests never answered",
                   {"timeouts": said, "unanswered": true})


def judge_lost_answers(measured, load):
    """One request in twenty is never answered: at the 99th percentile a request takes the time limit or more."""
    reported, truth = measured.reported, measured.truth
    said, p99 = reported.timeouts or 0, reported.quantiles_us.get("p99")
    counted = said > 0 and abs(said - truth.misbehaved) <= load.connections
    seen = p99 is not None and p99 >= load.timeout_s * 0.99e6
    shown = "no percentiles" if p99 is None else f"p99 {ms(p99)}"
    return Verdict("pass" if counted and seen else "fail",
                   f"{said} timeouts reported, {truth.misbehaved} unanswered, {shown}",
                   {"timeouts": said, "unanswered": truth.misbehaved, "p99_us": p99})


def judge_conservation(measured, load, must_fail):
    """Requests that the generator counts are those that the target saw. Those cut off by the end of the run may be
    missing: no more than the tool itself says were in flight, else no more than there were connections."""
    reported, truth = measured.reported, measured.truth
    cut_off = truth.requests - reported.total
    most = load.connections if reported.in_flight is None else reported.in_flight
    figures = {"target": truth.requests, "ok": reported.ok, "failed": reported.failed, "in_flight": reported.in_flight}
    problems = []
    if not 0 <= cut_off <= most:
        problems.append(f"{reported.total:,} + {reported.in_flight or 0} in flight, the target saw {truth.requests:,}")
    if must_fail and not abs(reported.failed - truth.misbehaved) <= load.connections:
        problems.append(f"{reported.failed:,} failed, the target broke {truth.misbehaved:,}")
    if not must_fail and reported.failed:
        problems.append(f"{reported.failed:,} failed, none was broken")
    return Verdict("fail" if problems else "pass", "; ".join(problems), figures)
