import pathlib
import unittest

from strace_summary import TIMER_CALLS, SystemCalls, read_strace_summary

SAMPLES = pathlib.Path(__file__).parent / "samples"


class StraceSummary(unittest.TestCase):
    def test_counts_calls_with_and_without_errors(self):
        calls = read_strace_summary((SAMPLES / "strace_wrk.txt").read_text())
        self.assertEqual((calls.of("epoll_ctl"), calls.of("connect"), calls.of("read")), (23136, 17, 11543))
        self.assertEqual(calls.total, 47872)  # as in strace's own last line

    def test_total_agrees_with_strace_for_a_program_with_threads(self):
        calls = read_strace_summary((SAMPLES / "strace_hey.txt").read_text())
        self.assertEqual(calls.total, 30851)
        self.assertEqual(calls.of(*TIMER_CALLS), 280)

    def test_what_a_short_run_did_is_taken_off(self):
        rest = SystemCalls({"read": 100, "execve": 1}).minus(SystemCalls({"read": 40, "execve": 1, "open": 3}))
        self.assertEqual(rest.counts, {"read": 60, "execve": 0})
        self.assertEqual(rest.most_frequent(1), [("read", 60)])

    def test_no_table_is_an_error(self):
        self.assertRaises(ValueError, read_strace_summary, "strace: Can't stat 'wrk': No such file or directory")


if __name__ == "__main__":
    unittest.main()
