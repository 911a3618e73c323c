"""The table that `strace -c` writes."""
import re
from dataclasses import dataclass

# What a loop spends on being woken, rather than on requests.
TIMER_CALLS = ("timerfd_settime", "timerfd_create", "timer_settime", "setitimer", "nanosleep", "clock_nanosleep")


@dataclass(frozen=True)
class SystemCalls:
    counts: dict  # {"read": 11543, ...}

    @property
    def total(self):
        return sum(self.counts.values())

    def of(self, *names):
        return sum(self.counts.get(name, 0) for name in names)

    def minus(self, other):
        """What came on top of a run that only started and ended. Calls of fewer than that run count as none."""
        return SystemCalls({name: max(0, n - other.counts.get(name, 0)) for name, n in self.counts.items()})

    def most_frequent(self, n):
        return sorted(self.counts.items(), key=lambda item: -item[1])[:n]


def read_strace_summary(text):
    """@raises ValueError when there is no table."""
    counts = {}
    for line in text.splitlines():
        found = re.match(r"\s*[0-9.]+\s+[0-9.]+\s+\d+\s+(\d+)\s+(?:\d+\s+)?([a-z_][a-z0-9_]*)$", line)
        if found and found.group(2) != "total":
            counts[found.group(2)] = int(found.group(1))
    if not counts:
        raise ValueError(f"no table of system calls: {text.strip()[-200:]!r}")
    return SystemCalls(counts)
