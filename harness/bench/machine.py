"""The machine that figures were taken on, and whether it was doing something else at the time."""
import os
import platform
import time

_TICKS = os.sysconf("SC_CLK_TCK")


def _first_value(path, key):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            for line in file:
                if line.startswith(key):
                    return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return "unknown"


def _text(path):
    try:
        with open(path, encoding="ascii") as file:
            return file.read().strip()
    except OSError:
        return "unknown"


def busy_seconds(stat_text):
    """CPU seconds that all cores have spent working, and those that the hypervisor withheld, from /proc/stat."""
    user, nice, system, _idle, _iowait, irq, softirq, steal = (int(n) for n in stat_text.split("\n")[0].split()[1:9])
    return (user + nice + system + irq + softirq) / _TICKS, steal / _TICKS


def busy_now():
    return busy_seconds(_text("/proc/stat"))


def process_cpu_seconds(pid):
    """User and system time of a running process and of its children that it waited for."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
            fields = file.read().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return sum(int(n) for n in fields[11:15]) / _TICKS


def facts():
    """[(name, value)] of what decides how fast this machine is."""
    governor = _text("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")
    before, _ = busy_now()
    time.sleep(1)
    other = busy_now()[0] - before
    return [("CPU", f"{_first_value('/proc/cpuinfo', 'model name')}, {os.cpu_count()} cores, governor {governor}"),
            ("memory", _first_value("/proc/meminfo", "MemTotal")),
            ("kernel", f"{platform.system()} {platform.release()} {platform.machine()}"),
            ("load average", _text("/proc/loadavg")),
            ("other work before the start", f"{100 * other:.0f} % of a core")]
