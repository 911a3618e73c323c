"""The tests of `accuracy`: what each asks of a generator, and who judges the outcome."""
from dataclasses import dataclass, replace
from typing import Callable

import accuracy_judges as judges
import latency_laws
from accuracy_judges import Verdict
from generators import Load
from measurement import measure

RATE = 1000


@dataclass(frozen=True)
class Test:
    name: str
    tolerance: str
    load: Load
    target: list
    judge: Callable            # (measured, load) -> Verdict
    instead: Load | None = None  # for tools without an open loop, where what they do then is telling
    kill_after_s: float = 30


def law_tests(seconds):
    def judge(law):
        return lambda m, _: judges.judge_quantiles(m.reported, m.truth, law)

    closed = Load(url="", connections=32, seconds=seconds, wants_percentiles=True)
    open_ = replace(closed, connections=200, rate=RATE)
    return [Test(f"{law.name}, {loop} loop", judges.LAW_TOLERANCE_TEXT, load, ["--latency", law.option], judge(law))
            for loop, load in (("closed", closed), ("open", open_)) for law in latency_laws.laws(seconds)]


def rate_test(seconds):
    return Test("rate", "2 %", Load(url="", connections=32, seconds=seconds), ["--latency", "constant:5ms"],
                lambda m, _: judges.judge_rate(m.reported, m.truth))


def freeze_test():
    # In the frozen second of the open loop a thousand requests wait, each on a connection.
    load = Load(url="", connections=1200, seconds=10, rate=RATE, wants_percentiles=True)
    return Test("freeze of 1 s in 10 s", "p99 0.85..1.1 s", load,
                ["--latency", "constant:5ms", "--freeze", "every=100s,for=1s,at=4s"],
                lambda m, l: judges.judge_freeze(m.reported, l.rate is not None),
                instead=replace(load, connections=64, rate=None))


def arrival_tests(seconds):
    even = Load(url="", connections=200, seconds=seconds, rate=RATE)
    return [Test("even arrivals", "variation <= 0.25, rate 1 %", even, [],
                 lambda m, _: judges.judge_arrivals(m.truth, RATE, False)),
            Test("Poisson arrivals", "variation 1 +- 0.1, rate 6 %", replace(even, is_poisson=True), [],
                 lambda m, _: judges.judge_arrivals(m.truth, RATE, True))]


def timeout_tests():
    silence = Load(url="silence", connections=8, seconds=3, timeout_s=1)
    some = Load(url="", connections=16, seconds=4, timeout_s=1, wants_percentiles=True)
    return [Test("silent target", "ends 2 s after the limit, counts +- connections", silence, [], judges.judge_silence,
                 kill_after_s=12),
            Test("lost answers, 5 %", "counts +- connections, p99 >= limit", some,
                 ["--misbehave", "silence", "--every", "20"], judges.judge_lost_answers, kill_after_s=12)]


def conservation_tests(seconds):
    load = Load(url="", connections=32, seconds=seconds)
    target = ["--latency", "constant:1ms"]

    def judge(must_fail):
        return lambda m, l: judges.judge_conservation(m, l, must_fail)

    tolerance = "exact, but for in flight"
    return [Test("counts, keep-alive", tolerance, load, target, judge(False)),
            Test("counts, a connection each", tolerance, replace(load, keeps_alive=False), target, judge(False)),
            Test("counts, 1 % reset", tolerance, load, [*target, "--misbehave", "reset", "--every", "100"], judge(True)),
            Test("counts, open loop", tolerance, replace(load, connections=200, rate=RATE), target, judge(False))]


def suite(seconds):
    return [*law_tests(seconds), rate_test(seconds), freeze_test(), *arrival_tests(seconds), *timeout_tests(),
            *conservation_tests(seconds)]


@dataclass
class Score:
    test: Test
    generator: str
    verdict: Verdict
    attempts: int = 0
    command: str = ""


def score(bench, generator, test, attempts):
    """Runs a test. One that fails is run again, `attempts` times at most: a busy machine spoils a run now and then, a
    wrong measurement is wrong every time."""
    load = test.load
    if refusal := generator.refusal(load):
        if not test.instead or generator.refusal(test.instead):
            return Score(test, generator.name, Verdict("n/a", refusal))
        load = test.instead
    for attempt in range(1, attempts + 1):
        measured = measure(bench, generator, load, test.target, limit_s=test.kill_after_s)
        result = Score(test, generator.name, verdict_of(measured, load, test), attempt, " ".join(measured.command))
        if result.verdict.status != "fail":
            break
    return result


def verdict_of(measured, load, test):
    if measured.problem:
        return Verdict("fail", measured.problem)
    return test.judge(measured, load)
