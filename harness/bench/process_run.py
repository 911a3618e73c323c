"""Runs a program on given cores and says what it cost: CPU time, peak memory, and its memory over time."""
import os
import resource
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field


@dataclass
class Finished:
    code: int                  # exit code; negative: ended by that signal
    output: str                # standard output
    errors: str                # standard error
    wall_s: float
    cpu_s: float               # user and system time of the process and of its children that it waited for
    peak_bytes: int | None     # most resident memory; None when the process ended before it could be looked at
    was_killed: bool = False   # did not end by itself within the time allowed
    memory: list = field(default_factory=list)  # [(seconds since start, resident bytes)]

    @property
    def text(self):
        return self.output + self.errors


def end_children_when_terminated():
    """Lets SIGTERM unwind like an exception, so that what was started is ended on the way out."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))


def status_bytes(pid, key):
    """A size of /proc/PID/status ('VmHWM', 'VmRSS'), None when the process is gone."""
    try:
        with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as status:
            for line in status:
                if line.startswith(key + ":"):
                    return int(line.split()[1]) * 1024
    except (OSError, ValueError):
        pass
    return None


def peak_of(sampled, ru_maxrss_kib, own_peak):
    """Peak memory from two imperfect sources. ru_maxrss is exact, but also covers the copy of this process that the child
    was before exec: it counts only above our own peak. Below that, the peak that the kernel showed at the last look."""
    exact = ru_maxrss_kib * 1024
    return exact if exact > own_peak else sampled


def run(argv, cpu=None, limit_s=120.0, environment=None, sample_every_s=0.05, open_files=None, folder=None):
    """Runs `argv` to its end, or to `limit_s` seconds, after which it is killed.

    @param cpu         core that the whole process tree is pinned to
    @param open_files  (soft, hard) limit for it
    @raises OSError when the program cannot be started
    """
    def prepare():
        if cpu is not None:
            os.sched_setaffinity(0, {cpu})
        if open_files is not None:
            resource.setrlimit(resource.RLIMIT_NOFILE, open_files)

    files = [os.memfd_create(name) for name in ("stdout", "stderr")]
    own_peak = status_bytes("self", "VmHWM") or 0
    begun = time.monotonic()
    try:
        # A session of its own: whatever it starts can be ended with it.
        process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=files[0], stderr=files[1], env=environment,
                                   cwd=folder, preexec_fn=prepare, start_new_session=True)
        finished = _wait_or_kill(process.pid, begun, limit_s, sample_every_s)
        process.returncode = finished.code
        finished.peak_bytes = peak_of(finished.peak_bytes, finished.memory.pop(), own_peak)
        finished.output, finished.errors = (_content(f) for f in files)
        return finished
    finally:
        for f in files:
            os.close(f)


def _wait_or_kill(pid, *how):
    try:
        return _wait(pid, *how)
    except BaseException:  # an interrupt must leave nothing running
        _kill_session(pid)
        raise


def _wait(pid, begun, limit_s, sample_every_s):
    """Waits with looks at the memory between; leaves ru_maxrss as the last entry of `memory`."""
    peak, memory, was_killed = None, [], False
    while True:
        ended, status, usage = os.wait4(pid, os.WNOHANG)
        elapsed = time.monotonic() - begun
        if ended:
            memory.append(usage.ru_maxrss)
            return Finished(code=os.waitstatus_to_exitcode(status), output="", errors="", wall_s=elapsed,
                            cpu_s=usage.ru_utime + usage.ru_stime, peak_bytes=peak, was_killed=was_killed, memory=memory)
        if elapsed > limit_s:
            _kill_session(pid)
            was_killed = True
        peak = status_bytes(pid, "VmHWM") or peak
        resident = status_bytes(pid, "VmRSS")
        if resident:
            memory.append((elapsed, resident))
        time.sleep(sample_every_s)


def _kill_session(pid):
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def _content(descriptor):
    os.lseek(descriptor, 0, os.SEEK_SET)
    with os.fdopen(os.dup(descriptor), encoding="utf-8", errors="replace") as file:
        return file.read()
