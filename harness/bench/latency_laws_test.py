import random
import unittest

import latency_laws
from generator_output import quantiles_of


class Laws(unittest.TestCase):
    def test_closed_forms_at_known_points(self):
        for claim, law, q, expected in (
                ("a constant is its own quantile", latency_laws.constant(5), 0.999, 5000),
                ("the middle of an interval", latency_laws.uniform(2, 20), 0.5, 11_000),
                ("the median of a lognormal law is its parameter", latency_laws.lognormal(5, 0.5), 0.5, 5000),
                ("one sigma above it", latency_laws.lognormal(5, 0.5), 0.8413447, 5000 * 2.718281828 ** 0.5),
                ("most are fast", latency_laws.bimodal(2, 50, 0.05), 0.95, 2000),
                ("the rest is slow", latency_laws.bimodal(2, 50, 0.05), 0.951, 50_000)):
            with self.subTest(claim):
                self.assertAlmostEqual(law.quantile_us(q), expected, delta=expected * 1e-5)

    def test_a_sample_lies_in_the_interval_of_its_law(self):
        engine, law, count = random.Random(1), latency_laws.lognormal(5, 0.5), 4000
        for _ in range(20):
            sample = quantiles_of(sorted(law.quantile_us(engine.random()) for _ in range(count)))
            for name, q in latency_laws.QUANTILES.items():
                low, high = law.interval_us(q, count)
                self.assertTrue(low <= sample[name] <= high, name)

    def test_the_interval_shrinks_with_the_number_of_draws(self):
        def width(count):
            low, high = latency_laws.uniform(0, 100).interval_us(0.5, count)
            return high - low
        self.assertAlmostEqual(width(10_000), width(100) / 10)

    def test_a_law_that_changes_over_time_has_none(self):
        self.assertIsNone(latency_laws.drift(2, 20, 5).interval_us(0.5, 100))


if __name__ == "__main__":
    unittest.main()
