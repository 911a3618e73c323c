"""The latency laws of `holdfast target` in closed form: what a measurement of them must come to."""
import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Callable

QUANTILES = {"p50": 0.5, "p99": 0.99, "p99.9": 0.999}


@dataclass(frozen=True)
class Law:
    name: str
    option: str                                   # for --latency
    quantile_us: Callable[[float], float] | None  # of q in [0, 1]; None: the law changes over time

    def interval_us(self, q, count):
        """Where the q-quantile of `count` draws lies in 997 of 1000 samples: three standard deviations of the number of
        draws below it, which is binomial."""
        if self.quantile_us is None:
            return None
        spread = 3 * math.sqrt(q * (1 - q) / count)
        return self.quantile_us(max(0.0, q - spread)), self.quantile_us(min(1.0, q + spread))


def constant(ms):
    return Law("constant", f"constant:{ms}ms", lambda _: ms * 1e3)


def uniform(low_ms, high_ms):
    return Law("uniform", f"uniform:{low_ms}ms..{high_ms}ms", lambda q: (low_ms + (high_ms - low_ms) * q) * 1e3)


def lognormal(median_ms, sigma):
    def quantile(q):
        if q <= 0:
            return 0.0
        return median_ms * 1e3 * math.exp(sigma * NormalDist().inv_cdf(q)) if q < 1 else math.inf
    return Law("lognormal", f"lognormal:median={median_ms}ms,sigma={sigma}", quantile)


def bimodal(fast_ms, slow_ms, slow_share):
    return Law("bimodal", f"bimodal:{fast_ms}ms,{slow_ms}ms,p={slow_share}",
               lambda q: (fast_ms if q <= 1 - slow_share else slow_ms) * 1e3)


def drift(from_ms, to_ms, over_s):
    return Law("drift", f"drift:{from_ms}ms..{to_ms}ms,over={over_s}s", None)


def laws(seconds):
    """Those of the suite. Delays are long against what a loopback connection adds, and short enough for thousands of
    requests; bimodal's share is far from every quantile that is looked at."""
    return [constant(5), uniform(2, 20), lognormal(5, 0.5), bimodal(2, 50, 0.05), drift(2, 20, seconds)]
