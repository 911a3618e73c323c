"""Rounds of a comparison: their order, and what is said of their figures."""
from dataclasses import dataclass
from statistics import median


def order_of_round(names, number):
    """ABBA: every second round runs backwards, so that a machine which slowly changes favours nobody."""
    return list(names) if number % 2 == 0 else list(reversed(names))


@dataclass(frozen=True)
class Spread:
    """Median of some figures, with the least and the greatest."""
    middle: float
    least: float
    most: float

    @classmethod
    def of(cls, values):
        known = [v for v in values if v is not None]
        return cls(median(known), min(known), max(known)) if known else None


def ratio_pair_by_pair(ours, theirs):
    """Round i of one by round i of the other, so that what both suffered in that round cancels out. Rounds that lack a
    figure are left out; None when no pair is left."""
    pairs = [(a, b) for a, b in zip(ours, theirs) if a is not None and b]
    return Spread.of([a / b for a, b in pairs])


@dataclass(frozen=True)
class Goal:
    """A limit that the median has to keep."""
    limit: float
    at_most: bool = True

    def is_met_by(self, spread):
        return spread is not None and (spread.middle <= self.limit if self.at_most else spread.middle >= self.limit)

    def text(self):
        return f"{'<=' if self.at_most else '>='} {self.limit:g}"
