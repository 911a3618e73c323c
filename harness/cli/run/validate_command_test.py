"""holdfast validate from outside: exit codes, both outputs, and every kind of wrong file."""

import json
import os
import pathlib
import subprocess
import tempfile
import unittest

HOLDFAST = os.environ.get("HOLDFAST", "holdfast")
SOURCE = pathlib.Path(os.environ.get("HOLDFAST_SOURCE", pathlib.Path(__file__).parents[3]))
PROFILES = SOURCE / "profiles"
DEADLINE = 60  # seconds


def validate(*arguments):
    return subprocess.run([HOLDFAST, "validate", *map(str, arguments)], capture_output=True, text=True,
                          timeout=DEADLINE)


class Shipped(unittest.TestCase):
    def test_all_are_ok(self):
        files = sorted((PROFILES / "bookshop").glob("*.json"))
        done = validate(*files)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(len(done.stdout.splitlines()), len(files))
        self.assertIn("rollout.json: ok, 2 arms, 1 action, 4 checks", done.stdout)

    def test_a_suite_stands_for_its_profiles(self):
        done = validate(PROFILES / "suites/tour.json")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(len(done.stdout.splitlines()), 3)

    def test_plan_is_a_timeline_and_the_same_each_time(self):
        command = ("--plan", "--arm", "with-readiness", "--set", "load.users=3", "--repeat", "2", "--seed", "9",
                   PROFILES / "bookshop/rollout.json")
        done = validate(*command)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("3 users", done.stdout)
        self.assertIn("        10 s  to-v4: roll deployment/book out to bookshop/book:v4", done.stdout)
        self.assertIn("  1  with-readiness, seed 9", done.stdout)
        self.assertNotIn("without-readiness (control)", done.stdout)
        self.assertEqual(done.stdout, validate(*command).stdout)

    def test_json(self):
        done = validate("--json", PROFILES / "bookshop/rollout.json", PROFILES / "nothing.json")
        self.assertEqual((done.returncode, done.stderr), (2, ""))
        first, second = json.loads(done.stdout)["profiles"]
        self.assertTrue(first["valid"])
        self.assertEqual(first["title"], "Book Shop: a rollout of book loses nothing")
        self.assertFalse(second["valid"])
        self.assertIn("cannot be opened: No such file", second["problems"][0]["problem"])

    def test_help(self):
        done = validate("--help")
        self.assertEqual(done.returncode, 0)
        self.assertIn("Exit codes", done.stdout)


class Refusals(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def refused(self, text, *parts, name="p.json"):
        path = pathlib.Path(self.folder.name, name)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        done = validate(path)
        self.assertEqual((done.returncode, done.stdout), (2, ""), done.stderr)
        for part in parts:
            self.assertIn(part, done.stderr)
        return done.stderr

    def changed(self, **members):
        profile = json.loads((PROFILES / "bookshop/breaker.json").read_text())
        profile["system"] = str(SOURCE / "reference-services/bookshop/kubernetes")
        profile.update(members)
        return json.dumps(profile)

    def test_not_json(self):
        self.refused("title: x", "p.json:1: ")
        self.refused("", "p.json:1: ")
        self.refused(b"\xff\xfe{}", "p.json:1: ")
        self.refused(b'{"title": "t", "\x1b[31m": 1', "p.json:1: ")
        self.refused("[" * 1_000_000, "p.json:1: ")
        self.refused('{"a":' * 5000, "p.json:1: ")

    def test_another_kind_of_json(self):
        self.refused("[]", "must be an object, not an array")
        self.refused("3", "must be an object, not a number")

    def test_no_such_file_and_folders(self):
        done = validate("/nowhere/x.json")
        self.assertEqual(done.returncode, 2)
        self.assertIn("cannot be opened: No such file or directory", done.stderr)
        done = validate(self.folder.name)
        self.assertEqual(done.returncode, 2)
        self.assertIn("is a folder", done.stderr)
        self.assertEqual(validate(self.folder.name + "/").returncode, 2)
        self.assertEqual(validate().returncode, 2)

    def test_what_the_system_has_not(self):
        self.refused(self.changed(actions=[{"at": "1s", "scale": {"deployment": "bok", "replicas": 1}}]),
                     "the system has no such Deployment", 'Did you mean "book"?')
        self.refused(self.changed(load={"url": "http://order:9999/"}), "Service order has no such port",
                     "It has 8080 (http).")
        self.refused(self.changed(checks=["latency.p98 < 1s"]), 'there is no metric "latency.p98"', "Did you mean")
        self.refused(self.changed(checks=["arms.nobody.latency.p99 < 1s"]), 'there is no arm "nobody"')
        self.refused(self.changed(checks=["latency.p99 < 99%"]), "latency.p99 is a duration, the limit a share")
        self.refused(self.changed(system="/nowhere"), "/nowhere")
        self.refused(self.changed(load={"siege": "siege -cX http://order:8080/"}), "load.siege")
        self.refused(self.changed(load={"siege": "siege -c5 -t5S http://nobody:8080/"}), "no Service of that name")

    def test_times(self):
        kill = {"kill": {"deployment": "book"}}
        self.refused(self.changed(actions=[{"at": "-1s", **kill}]), "actions[0].at")
        self.refused(self.changed(actions=[{"at": "1h", **kill}]), "is after the end of the load")
        self.refused(self.changed(actions=[{"name": "a", "at": "1s", **kill}, {"name": "a", "at": "1s", **kill}]),
                     "another action has that name")

    def test_everything_at_once_with_lines(self):
        said = self.refused('{\n"title": 3,\n"chekcs": [],\n"system": "x",\n"load": {}\n}', "p.json:2: title: must be a string",
                            "p.json:3: chekcs: no such key here", 'Did you mean "checks"?', "load: nothing says")
        self.assertGreaterEqual(said.count("p.json:"), 3)

    def test_suites(self):
        self.refused('{"title": "t", "profiles": ["x.json"]}', "x.json", "No such file")
        self.refused('{"title": "t", "profiles": ["p.json"]}', "is a suite itself")
        self.refused('{"title": "t", "profiles": []}', "an empty suite does nothing")


if __name__ == "__main__":
    unittest.main()
