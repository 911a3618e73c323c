"""Each judge with an outcome that has to pass and with the mistakes that it is there to find."""
import unittest
from types import SimpleNamespace

import accuracy_judges as judges
import latency_laws
from generator_output import Reported
from generators import Load
from target_server import Truth


def truth(**keys):
    return Truth({"requests_received": 5000, "answers_sent": 5000, "answers_misbehaved": 0, "connections_accepted": 32,
                  "first_arrival_s": 0.0, "last_arrival_s": 4.999, "service_p50_us": 5050.0, "service_p99_us": 5100.0,
                  "service_p99_9_us": 5200.0, **keys})


def reported(p50=None, p99=None, p999=None, **keys):
    quantiles = {name: value for name, value in (("p50", p50), ("p99", p99), ("p99.9", p999)) if value is not None}
    return Reported(**{"ok": 5000, "quantiles_us": quantiles, **keys})


def measured(said, true, wall_s=4.0, was_killed=False):
    return SimpleNamespace(reported=said, truth=true, finished=SimpleNamespace(wall_s=wall_s, was_killed=was_killed))


LAW = latency_laws.constant(5)


class Quantiles(unittest.TestCase):
    def status(self, said, true=None):
        return judges.judge_quantiles(said, true or truth(), LAW).status

    def test_a_client_may_see_a_little_more_than_the_server(self):
        self.assertEqual(self.status(reported(5150, 5900, 6900)), "pass")

    def test_each_percentile_is_judged(self):
        for claim, said in (("p50 too high", reported(5500, 5200, 5300)), ("p99 too high", reported(5100, 7000, 7000)),
                            ("p99.9 too high", reported(5100, 5200, 9000)), ("p50 too low", reported(4900, 5100, 5200)),
                            ("p99 too low", reported(5050, 4900, 5200)), ("p99.9 too low", reported(5050, 5050, 4500))):
            with self.subTest(claim):
                self.assertEqual(self.status(said), "fail")

    def test_what_a_tool_does_not_print_is_not_held_against_what_it_does(self):
        verdict = judges.judge_quantiles(reported(5100, 5200), truth(), LAW)
        self.assertEqual((verdict.status, verdict.detail), ("pass", "does not print p99.9"))
        self.assertEqual(self.status(reported()), "none")

    def test_a_coarse_clock_is_allowed_its_grain(self):
        self.assertEqual(self.status(reported(4900, grain_us=100)), "pass")

    def test_a_target_that_misses_its_law_spoils_the_test(self):
        verdict = judges.judge_quantiles(reported(9000, 9000, 9000), truth(service_p50_us=9000), LAW)
        self.assertIn("target", verdict.detail)
        self.assertFalse(judges.law_is_followed(truth(requests_received=99), LAW))
        self.assertTrue(judges.law_is_followed(truth(), LAW))


class Rates(unittest.TestCase):
    def test_two_percent(self):
        for rate, status in ((1000, "pass"), (1019, "pass"), (1025, "fail"), (975, "fail"), (None, "none")):
            with self.subTest(rate):
                self.assertEqual(judges.judge_rate(reported(per_second=rate), truth()).status, status)

    def test_even_and_random_arrivals_are_told_apart(self):
        def status(variation, is_poisson, rate=1000):
            true = truth(interarrival_mean_us=1000.0, interarrival_variance_us2=(1000 * variation) ** 2)
            return judges.judge_arrivals(true, rate, is_poisson).status
        self.assertEqual(status(0.1, is_poisson=False), "pass")
        self.assertEqual(status(1.0, is_poisson=False), "fail")
        self.assertEqual(status(1.03, is_poisson=True), "pass")
        self.assertEqual(status(0.1, is_poisson=True), "fail")
        self.assertEqual(status(0.1, is_poisson=False, rate=1100), "fail")


class Freeze(unittest.TestCase):
    def test_it_shows_in_the_percentile_or_was_omitted(self):
        self.assertEqual(judges.judge_freeze(reported(5100, 905_000), True).status, "pass")
        omitted = judges.judge_freeze(reported(5100, 5300), False)
        self.assertEqual(omitted.status, "fail")
        self.assertIn("closed loop", omitted.detail)

    def test_a_generator_that_is_slow_all_the_time_does_not_pass_by_accident(self):
        self.assertEqual(judges.judge_freeze(reported(400_000, 905_000), True).status, "fail")


class Timeouts(unittest.TestCase):
    silence = Load(url="silence", connections=8, seconds=3, timeout_s=1)

    def test_silence_ends_in_time_and_is_counted(self):
        true = truth(requests_received=24)
        for claim, m, status in (
                ("all counted", measured(reported(timeouts=24), true), "pass"),
                ("those in flight at the end are not", measured(reported(timeouts=16), true), "pass"),
                ("none counted", measured(reported(timeouts=0), true), "fail"),
                ("does not know the word", measured(reported(timeouts=None), true), "fail"),
                ("late", measured(reported(timeouts=24), true, wall_s=6.5), "fail"),
                ("killed", measured(reported(timeouts=24), true, was_killed=True), "fail")):
            with self.subTest(claim):
                self.assertEqual(judges.judge_silence(m, self.silence).status, status)

    def test_lost_answers_show_in_counts_and_percentile(self):
        load = Load(url="", connections=16, seconds=4, timeout_s=1)
        true = truth(answers_misbehaved=60)
        for claim, said, status in (("both", reported(90, 1_000_500, timeouts=60), "pass"),
                                    ("counted but not timed", reported(90, 200, timeouts=60), "fail"),
                                    ("timed but not counted", reported(90, 1_000_500, timeouts=0), "fail"),
                                    ("no percentiles", reported(timeouts=60), "fail")):
            with self.subTest(claim):
                self.assertEqual(judges.judge_lost_answers(measured(said, true), load).status, status)


class Conservation(unittest.TestCase):
    load = Load(url="", connections=32, seconds=5)

    def status(self, said, must_fail=False, **keys):
        return judges.judge_conservation(measured(said, truth(**keys)), self.load, must_fail).status

    def test_in_flight_requests_excepted_the_counts_are_equal(self):
        for claim, said, status in (("equal", reported(ok=5000), "pass"), ("in flight", reported(ok=4968), "pass"),
                                    ("lost", reported(ok=4967), "fail"), ("invented", reported(ok=5001), "fail"),
                                    ("in flight, as it says", reported(ok=4990, in_flight=10), "pass"),
                                    ("started, but never sent", reported(ok=4990, in_flight=12), "pass"),
                                    ("more in flight than it says", reported(ok=4990, in_flight=9), "fail"),
                                    ("failed for no reason", reported(ok=4999, failed=1), "fail")):
            with self.subTest(claim):
                self.assertEqual(self.status(said), status)

    def test_broken_answers_are_failures(self):
        self.assertEqual(self.status(reported(ok=4950, failed=50), True, answers_misbehaved=50), "pass")
        self.assertEqual(self.status(reported(ok=5000), True, answers_misbehaved=50), "fail")


if __name__ == "__main__":
    unittest.main()
