import os
import sys
import tempfile
import unittest

import machine
import process_run


def python(code, **how):
    return process_run.run([sys.executable, "-I", "-c", code], **how)


class ProcessRun(unittest.TestCase):
    def test_streams_and_exit_code_come_back(self):
        finished = python("import sys; print('out'); print('err', file=sys.stderr); sys.exit(4)")
        self.assertEqual((finished.code, finished.output, finished.errors), (4, "out\n", "err\n"))
        self.assertEqual(finished.text, "out\nerr\n")
        self.assertFalse(finished.was_killed)

    def test_cpu_time_covers_children(self):
        burn = "import os\nwhile sum(os.times()[:2]) < 0.1: pass"
        alone = python(burn)
        in_child = python(f"import os, sys\nif os.fork() == 0:\n  exec({burn!r}); os._exit(0)\nos.wait()")
        for finished in (alone, in_child):
            self.assertGreaterEqual(finished.cpu_s, 0.1)

    def test_peak_memory_is_that_of_the_child(self):
        size = 100 << 20
        finished = python(f"x = bytearray({size})")
        self.assertGreater(finished.peak_bytes, size)

    def test_the_copy_of_ourselves_before_exec_does_not_count(self):
        mib = 1 << 20
        self.assertEqual(process_run.peak_of(5 * mib, 20 * 1024, own_peak=20 * mib), 5 * mib)
        self.assertEqual(process_run.peak_of(5 * mib, 21 * 1024, own_peak=20 * mib), 21 * mib)
        self.assertIsNone(process_run.peak_of(None, 10, own_peak=20 * mib))

    def test_a_program_that_does_not_end_is_killed_with_its_children(self):
        with tempfile.TemporaryDirectory() as folder:
            finished = process_run.run(["sh", "-c", "sleep 600 & echo $! >child; wait"], limit_s=0.5, folder=folder)
            self.assertTrue(finished.was_killed)
            self.assertEqual(finished.code, -9)
            with open(folder + "/child", encoding="ascii") as file:
                child = file.read().strip()
        # Gone, or a zombie that nobody has collected yet.
        self.assertIsNone(process_run.status_bytes(child, "VmRSS"))

    def test_it_runs_on_the_core_and_with_the_files_that_it_gets(self):
        core = min(os.sched_getaffinity(0))
        finished = python("import os, resource\n"
                          "print(os.sched_getaffinity(0), resource.getrlimit(resource.RLIMIT_NOFILE))",
                          cpu=core, open_files=(100, 200))
        self.assertEqual(finished.output, f"{{{core}}} (100, 200)\n")

    def test_a_program_that_is_not_there_is_an_error(self):
        self.assertRaises(OSError, process_run.run, ["/nowhere/program"])


class Machine(unittest.TestCase):
    def test_busy_time_is_all_but_idle_and_waiting(self):
        busy, steal = machine.busy_seconds("cpu  100 20 30 4000 500 6 7 800 9 9\ncpu0 ...")
        ticks = os.sysconf("SC_CLK_TCK")
        self.assertAlmostEqual(busy, (100 + 20 + 30 + 6 + 7) / ticks)
        self.assertAlmostEqual(steal, 800 / ticks)

    def test_cpu_time_of_a_process_that_is_gone_is_nothing(self):
        self.assertEqual(machine.process_cpu_seconds(2 ** 30), 0)
        self.assertGreater(machine.process_cpu_seconds(os.getpid()), 0)


if __name__ == "__main__":
    unittest.main()
