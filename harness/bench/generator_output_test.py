"""The readers against what the tools really printed (samples/)."""
import json
import pathlib
import unittest

import generator_output as output

SAMPLES = pathlib.Path(__file__).parent / "samples"


def sample(name):
    return (SAMPLES / name).read_text(encoding="utf-8")


class Wrk(unittest.TestCase):
    def test_reads_counts_rate_and_percentiles(self):
        read = output.read_wrk(sample("wrk_latency.txt"))
        self.assertEqual((read.ok, read.failed, read.timeouts), (13995, 0, 0))
        self.assertEqual(read.per_second, 6993.43)
        self.assertEqual(read.quantiles_us["p50"], 2140)
        self.assertEqual(read.quantiles_us["p99"], 5560)
        self.assertEqual((read.mean_us, read.max_us), (2270, 7500))
        self.assertNotIn("p99.9", read.quantiles_us)

    def test_percentiles_of_the_script_are_finer(self):
        read = output.read_wrk(sample("wrk_latency.txt") + "percentile 99.9 9416\npercentile 50 2151\n")
        self.assertEqual(read.quantiles_us["p99.9"], 9416)
        self.assertEqual(read.quantiles_us["p50"], 2151)

    def test_socket_errors_come_on_top_of_the_requests(self):
        read = output.read_wrk(sample("wrk_resets.txt"))
        self.assertEqual((read.ok, read.failed, read.total), (133614, 446, 134060))

    def test_bad_statuses_are_among_the_requests(self):
        read = output.read_wrk(sample("wrk_503.txt"))
        self.assertEqual((read.ok, read.failed), (0, 87728))

    def test_times_have_units(self):
        self.assertEqual([output.time_us(t) for t in ("41.00us", "2.14ms", "1.05s", "1.50m")], [41, 2140, 1.05e6, 90e6])
        self.assertRaises(output.UnreadableOutput, output.time_us, "soon")


class H2load(unittest.TestCase):
    def test_reads_counts_and_what_was_cut_off(self):
        read = output.read_h2load(sample("h2load.txt"))
        self.assertEqual((read.ok, read.failed, read.in_flight), (12865, 0, 16))
        self.assertEqual((read.per_second, read.max_us, read.mean_us), (6432.5, 9970, 2480))
        self.assertEqual(read.quantiles_us, {})

    def test_percentiles_come_from_the_log(self):
        log = [f"1795255399853107\t200\t{us}" for us in range(1000, 0, -1)]
        read = output.read_h2load(sample("h2load.txt"), log)
        self.assertEqual(read.quantiles_us, {"p50": 500, "p99": 990, "p99.9": 999})

    def test_bad_statuses_are_failures(self):
        self.assertEqual(output.read_h2load(sample("h2load_503.txt")).failed, 59717)


class Hey(unittest.TestCase):
    def test_reads_counts_rate_and_percentiles(self):
        read = output.read_hey(sample("hey.txt"))
        self.assertEqual((read.ok, read.failed, read.timeouts), (12293, 0, 0))
        self.assertEqual(read.per_second, 6138.914)
        self.assertAlmostEqual(read.quantiles_us["p99"], 6600)
        self.assertEqual(set(read.quantiles_us), {"p10", "p25", "p50", "p75", "p90", "p95", "p99"})

    def test_errors_are_no_answers_and_tell_timeouts(self):
        read = output.read_hey(sample("hey_timeouts.txt"))
        self.assertEqual((read.ok, read.failed, read.timeouts), (19152, 48, 48))


class Siege(unittest.TestCase):
    def test_reads_counts_and_rate(self):
        read = output.read_siege(sample("siege.txt"))
        self.assertEqual((read.ok, read.failed, read.per_second), (7477, 0, 6736.04))
        self.assertEqual((read.max_us, read.grain_us), (10_000, 10_000))

    def test_reads_failures_between_error_lines(self):
        read = output.read_siege(sample("siege_resets.txt"))
        self.assertEqual((read.ok, read.failed), (23057, 77))

    def test_reads_a_run_that_siege_gave_up(self):
        read = output.read_siege(sample("siege_aborted.txt"))
        self.assertEqual((read.ok, read.failed), (0, 1039))


class Holdfast(unittest.TestCase):
    def test_reads_requests_latency_and_slip(self):
        read = output.read_holdfast_json(sample("holdfast.json"))
        all_ = json.loads(sample("holdfast.json"))
        self.assertEqual(read.total + read.in_flight, all_["requests"]["started"])
        self.assertEqual(read.quantiles_us["p99.9"], all_["latency"]["p99_9_us"])
        self.assertEqual(read.extra["slip_p99_us"], all_["slip"]["p99_us"])
        self.assertEqual(read.timeouts, all_["outcomes"]["response_timeout"])

    def test_a_run_that_has_only_begun_is_no_result(self):
        with self.assertRaises(output.UnreadableOutput):
            output.read_holdfast_json('{"schema": "holdfast.load/1", "state": "running"}')


class AnyTool(unittest.TestCase):
    def test_output_of_something_else_is_refused_by_every_reader(self):
        for name, reader in output.READERS.items():
            for text in ("", "unable to connect to 127.0.0.1:8080 Connection refused\n", "[]"):
                with self.subTest(f"{name}: {text!r}"), self.assertRaises(output.UnreadableOutput):
                    reader(text)

    def test_plain_json_needs_ok_only(self):
        read = output.read_plain_json('{"ok": 5, "p99_9_us": 12.5}')
        self.assertEqual((read.ok, read.failed, read.quantiles_us), (5, 0, {"p99.9": 12.5}))
        self.assertIsNone(read.timeouts)

    def test_quantiles_are_those_of_the_smallest_value_with_enough_below(self):
        self.assertEqual(output.quantiles_of([7.0]), {"p50": 7.0, "p99": 7.0, "p99.9": 7.0})
        self.assertEqual(output.quantiles_of([1, 2, 3, 4])["p50"], 2)
        self.assertEqual(output.quantiles_of([]), {})


if __name__ == "__main__":
    unittest.main()
