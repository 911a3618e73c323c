import pathlib
import tempfile
import unittest

import generators as g
import peer_cases
import table_text
from measurement import without_folder
from target_server import CannotRun, holdfast_binary

LOAD = g.Load(url="http://127.0.0.1:8080/", connections=64, seconds=5)


def command(generator, **changes):
    with tempfile.TemporaryDirectory() as folder:
        words = generator.command(g.replace(LOAD, **changes), folder)
        rc = pathlib.Path(folder) / "siegerc"
        return " ".join(without_folder(words, folder)), rc.read_text() if rc.exists() else ""


class Commands(unittest.TestCase):
    def test_everybody_gets_the_same_load(self):
        for generator, expected in (
                (g.Holdfast("holdfast"), "holdfast load http://127.0.0.1:8080/ -c 64 -d 5s --threads 1 --json --quiet "
                                         "--out DIR/record"),
                (g.Wrk(), "wrk -t1 -c64 -d5s --latency http://127.0.0.1:8080/"),
                (g.H2load(), "h2load --h1 -t1 -c64 -D5 http://127.0.0.1:8080/"),
                (g.Siege(), "siege -R DIR/siegerc -b -c64 -t5S http://127.0.0.1:8080/"),
                (g.Hey(), "hey -cpus 1 -c 64 -z 5s http://127.0.0.1:8080/")):
            with self.subTest(generator.name):
                self.assertEqual(command(generator)[0], expected)

    def test_every_wish_reaches_the_command_line(self):
        self.assertIn("--rate 1000/s --poisson", command(g.Holdfast("holdfast"), rate=1000, is_poisson=True)[0])
        self.assertIn("--no-keepalive --timeout 3s", command(g.Holdfast("h"), keeps_alive=False, timeout_s=3)[0])
        self.assertIn("Connection: close --timeout 3s", command(g.Wrk(), keeps_alive=False, timeout_s=3)[0])
        self.assertIn("-s DIR/percentiles.lua", command(g.Wrk(), wants_percentiles=True)[0])
        self.assertIn("-N3 --log-file=DIR/requests.log", command(g.H2load(), timeout_s=3, wants_percentiles=True)[0])
        self.assertIn("-disable-keepalive -t 3", command(g.Hey(), keeps_alive=False, timeout_s=3)[0])
        rc = command(g.Siege(), keeps_alive=False, timeout_s=3, connections=1000)[1]
        for line in ("connection = close", "timeout = 3", "limit = 1000", "json_output = false"):
            self.assertIn(line + "\n", rc)
        self.assertIn("connection = keep-alive\n", command(g.Siege())[1])

    def test_what_a_tool_cannot_do_is_refused_not_replaced(self):
        self.assertEqual(g.Wrk().refusal(g.replace(LOAD, rate=100)), "no open loop")
        self.assertIn("each request", g.H2load().refusal(g.replace(LOAD, keeps_alive=False)))
        self.assertIsNone(g.Holdfast("h").refusal(g.replace(LOAD, rate=100, is_poisson=True, keeps_alive=False)))

    def test_any_other_generator_is_a_template(self):
        closed = g.Custom("/opt/tool -n {connections} -t {seconds} '{url}'", "json")
        self.assertEqual(closed.name, "tool")
        self.assertEqual(command(closed)[0], "/opt/tool -n 64 -t 5 http://127.0.0.1:8080/")
        self.assertEqual(closed.refusal(g.replace(LOAD, rate=100)), "no open loop")
        self.assertIn("timeout", closed.refusal(g.replace(LOAD, timeout_s=1)))
        open_ = g.Custom("tool {rate} {url}", "json")
        self.assertEqual(open_.refusal(LOAD), "open loop only")
        self.assertEqual(command(open_, rate=100)[0], "tool 100 http://127.0.0.1:8080/")

    def test_a_template_without_url_or_with_unknown_names_is_refused(self):
        for template in ("tool {connections}", "tool {url} {users}", "tool {} {url}"):
            with self.subTest(template):
                self.assertRaises(CannotRun, g.Custom, template, "json")

    def test_an_unknown_peer_is_an_error_that_names_the_known(self):
        with self.assertRaisesRegex(CannotRun, "wrk2.*choose from wrk, h2load, siege, hey"):
            g.select(["wrk2"], "holdfast")

    def test_a_missing_program_is_an_error_that_says_how_to_build_it(self):
        with self.assertRaisesRegex(CannotRun, "/nowhere/holdfast.*cmake"):
            holdfast_binary("/nowhere/holdfast")


class Figures(unittest.TestCase):
    def test_numbers_have_three_digits(self):
        for value, text in ((5.4812, "5.48"), (75234.4, "75,234"), (0.0000443, "4.43e-05"), (100.4, "100"), (None, "-"),
                            (0, "0")):
            self.assertEqual(peer_cases.number(value), text)

    def test_memory_is_compared_only_when_the_run_lasted(self):
        samples = [(second, 1000 + second) for second in range(61)]
        self.assertEqual((peer_cases.resident_at(samples, 5), peer_cases.resident_at(samples, 60)), (1005, 1060))
        self.assertIsNone(peer_cases.resident_at(samples[:30], 60))
        self.assertIsNone(peer_cases.resident_at([], 5))

    def test_tables_align_or_are_markdown(self):
        self.assertEqual(table_text.as_text(["a", "b"], [["xx", "y"]]), "a   b\n-----\nxx  y")
        self.assertEqual(table_text.as_markdown(["a"], [["x|y"]]), "| a |\n| --- |\n| x\\|y |")


if __name__ == "__main__":
    unittest.main()
