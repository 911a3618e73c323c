import unittest

from proxy_cases import CASES, DIRECT, Case, Run
from rounds import Spread


def run(p50, cpu_s=1.0, requests=1_000_000):
    return Run([], requests, 0, None, p50, None, cpu_s, None, 0.0)


class ProxyCases(unittest.TestCase):
    def test_added_latency_is_taken_within_each_round(self):
        runs = {"holdfast": [run(30), run(130)], DIRECT: [run(20), run(100)]}
        self.assertEqual(Case.added("holdfast", runs), Spread(20, 10, 30))

    def test_added_latency_is_unknown_without_a_direct_run(self):
        self.assertIsNone(Case.added("holdfast", {"holdfast": [run(30)]}))

    def test_cpu_ratio_is_ours_by_theirs_for_each_request(self):
        runs = {"holdfast": [run(1, cpu_s=1.0)], "haproxy": [run(1, cpu_s=1.0, requests=500_000)]}
        self.assertEqual(Case.cpu_ratio("haproxy", runs), Spread(0.5, 0.5, 0.5))

    def test_a_run_without_requests_has_no_cost_a_request(self):
        self.assertIsNone(run(1, requests=0).cpu_us)

    def test_every_case_can_be_made(self):
        for make in CASES.values():
            self.assertTrue(make().title)


if __name__ == "__main__":
    unittest.main()
