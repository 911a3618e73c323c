"""holdfast metrics from outside.

Run by ctest with HOLDFAST set to the program; by hand: HOLDFAST=build/dev/harness/cli/holdfast python3 metrics_command_test.py
"""

import json
import os
import subprocess
import unittest

HOLDFAST = os.environ.get("HOLDFAST", "holdfast")
UNITS = {"%", "duration", "1/s", "1/min", "count", "number", "replica s", "yes or no"}


def metrics(*arguments, **settings):
    settings.setdefault("stdout", subprocess.PIPE)
    return subprocess.run([HOLDFAST, "metrics", *arguments], stderr=subprocess.PIPE, text=True, timeout=60, **settings)


class Metrics(unittest.TestCase):
    def test_the_table_shows_each_metric_with_unit_formula_and_source(self):
        printed = metrics()
        self.assertEqual((0, ""), (printed.returncode, printed.stderr))
        rows = printed.stdout.splitlines()
        self.assertEqual(["metric", "unit", "better"], rows[0].split()[:3])
        self.assertTrue(any(row.startswith("availability ") and "good / (good + bad)" in row and
                            row.endswith("[requests]") for row in rows))
        self.assertEqual(len(json.loads(metrics("--json").stdout)) + 1, len(rows))

    def test_the_json_has_a_complete_object_for_each_metric(self):
        printed = metrics("--json")
        self.assertEqual((0, ""), (printed.returncode, printed.stderr))
        for metric in json.loads(printed.stdout):
            self.assertEqual(["name", "unit", "example", "better", "formula", "source"], list(metric))
            self.assertTrue(all(metric.values()), metric)
            self.assertIn(metric["unit"], UNITS)
            self.assertIn(metric["better"], {"higher", "lower", "neutral"})

    def test_metrics_that_the_pages_name_are_there(self):
        names = {metric["name"] for metric in json.loads(metrics("--json").stdout)}
        self.assertLessEqual({"availability", "latency.p99", "breaker.<name>.time_to_open",
                              "autoscale.<name>.overshoot"}, names)

    def test_help_goes_to_standard_output(self):
        printed = metrics("--help")
        self.assertEqual((0, ""), (printed.returncode, printed.stderr))
        self.assertIn("Usage: holdfast metrics [--json]", printed.stdout)

    def test_what_is_not_known_is_refused_with_its_value_and_the_nearest_option(self):
        printed = metrics("--jsn")
        self.assertEqual((2, ""), (printed.returncode, printed.stdout))
        self.assertIn("--jsn", printed.stderr)
        self.assertIn('Did you mean "--json"?', printed.stderr)
        printed = metrics("latency")
        self.assertEqual(2, printed.returncode)
        self.assertIn('"latency"', printed.stderr)

    def test_a_full_disk_is_told(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            printed = metrics(stdout=full)
        self.assertEqual(3, printed.returncode)
        self.assertIn("No space left on device", printed.stderr)


if __name__ == "__main__":
    unittest.main()
