"""holdfast load from outside: a real process against real loopback servers.

Run by ctest with HOLDFAST set to the program; by hand: HOLDFAST=build/dev/harness/cli/holdfast python3 load_command_test.py
"""

import base64
import contextlib
import http.server
import json
import os
import pathlib
import pty
import resource
import signal
import socket
import ssl
import struct
import subprocess
import tempfile
import threading
import time
import unittest
import urllib.request
import zlib

HOLDFAST = os.environ.get("HOLDFAST", "holdfast")
DEADLINE = 60  # seconds; only a broken program gets near it

# A machine that does other work at the same time makes a measurement invalid (4); its numbers are there all the same.
MEASURED = (0, 4)


def poll(condition, what):
    """Waits until `condition()` is true, and returns it."""
    end = time.monotonic() + DEADLINE
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.02)
    raise AssertionError(f"in {DEADLINE} s: {what}")


def load(*arguments, **settings):
    return subprocess.run([HOLDFAST, "load", *map(str, arguments)], capture_output=True, text=True, timeout=DEADLINE,
                          **settings)


@contextlib.contextmanager
def target(*options):
    """`holdfast target` on a free port; gives its URL."""
    with tempfile.TemporaryDirectory() as folder:
        port_file = pathlib.Path(folder, "port")
        process = subprocess.Popen([HOLDFAST, "target", "--listen", "127.0.0.1:0", "--port-file", str(port_file),
                                    "--for", "120s", *options], stdout=subprocess.DEVNULL)
        try:
            port = poll(lambda: process.poll() is None and port_file.exists() and port_file.read_text().strip(),
                        "the target listens")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(DEADLINE)


class CountingServer:
    """Accepts connections, counts what it is sent, and never answers."""

    def __enter__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.socket.settimeout(0.05)
        self.port = self.socket.getsockname()[1]
        self.received = 0
        self.ends = False
        self.thread = threading.Thread(target=self.serve)
        self.thread.start()
        return self

    def serve(self):
        while not self.ends:
            with contextlib.suppress(TimeoutError):
                connection, _ = self.socket.accept()
                with connection, contextlib.suppress(OSError):
                    connection.settimeout(1)
                    self.received += len(connection.recv(65536))

    def stop(self):
        self.ends = True
        self.thread.join()

    def __exit__(self, *_):
        self.stop()
        self.socket.close()


class RequestKeeper:
    """Answers every request with 200 and keeps what it said."""

    def __enter__(self):
        requests = self.requests = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_PUT(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                requests.append((self.command, self.path, self.headers, body))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_port
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02})
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


def closed_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def decoded_counts(text):
    """How many values one entry of a histogram log has: HdrHistogram's V2 format."""
    cookie, length = struct.unpack(">ii", base64.b64decode(text)[:8])
    assert cookie & ~0xF0 == 0x1C849304, hex(cookie)
    payload = zlib.decompress(base64.b64decode(text)[8:8 + length])
    counts = payload[40:40 + struct.unpack(">i", payload[4:8])[0]]
    total = position = 0
    while position < len(counts):
        value = shift = 0
        for i in range(9):
            byte = counts[position]
            position += 1
            value |= byte << shift if i == 8 else (byte & 0x7F) << shift
            if i == 8 or not byte & 0x80:
                break
            shift += 7
        value = (value >> 1) ^ -(value & 1)
        total += max(value, 0)  # below zero: so many empty buckets
    return total


def logged_values(path):
    """Values by tag in a histogram log."""
    totals = {}
    for line in pathlib.Path(path).read_text().splitlines():
        if not line.startswith("Tag="):
            continue
        tag, _, _, _, histogram = line.split(",")
        totals[tag[4:]] = totals.get(tag[4:], 0) + decoded_counts(histogram)
    return totals


def lines_of(path):
    return [json.loads(line) for line in pathlib.Path(path).read_text().splitlines()]


class BadInput(unittest.TestCase):
    """Wrong input ends the program before anything is sent."""

    def setUp(self):
        self.server = self.enterContext(CountingServer())
        self.url = f"http://127.0.0.1:{self.server.port}/"
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))

    def assert_refused(self, result, code, *parts):
        self.assertEqual(result.returncode, code, result.stderr)
        self.assertEqual(result.stdout, "")
        for part in parts:
            self.assertIn(part, result.stderr)
        self.server.stop()
        self.assertEqual(self.server.received, 0)

    def file(self, name, text):
        path = self.folder / name
        path.write_text(text)
        return path

    def test_an_unknown_option(self):
        self.assert_refused(load(self.url, "--duratoin", "5s"), 2, "--duratoin", 'Did you mean "--duration"?')

    def test_a_bad_unit(self):
        self.assert_refused(load(self.url, "-d", "10"), 2, "-d: ", 'got "10"', "30s")

    def test_a_zero_rate(self):
        self.assert_refused(load(self.url, "--rate", "0/s"), 2, "--rate: must be above zero", 'got "0/s"', "500/s")

    def test_missing_files(self):
        self.assert_refused(
            load(self.url, "--scenario", "/nowhere.json", "--cacert", "/none.pem", "--replay", "/never.txt"), 2,
            "/nowhere.json", "--cacert", "/none.pem", "/never.txt")

    def test_all_problems_come_at_once(self):
        self.assert_refused(load(self.url, "-d", "10", "--rate", "0/s", "-m", "GE T", "--tiemout", "5s", "--drain", "soon"),
                            2, "-d: ", "--rate: ", "-m: ", "--tiemout: ", "--drain: ")

    def test_a_scenario_with_an_unknown_key(self):
        path = self.file("shop.json", '{\n  "mix": [\n    {"get": "/", "chekc": {"status": 200}}\n  ]\n}\n')
        self.assert_refused(load(self.url, "--scenario", path), 2, f"{path}:3: ", "chekc", "check")

    def test_a_scenario_with_a_repeated_key(self):
        path = self.file("shop.json", '{\n  "mix": [\n    {"get": "/",\n     "get": "/x"}\n  ]\n}\n')
        self.assert_refused(load(self.url, "--scenario", path), 2, f"{path}:4: ", "get")

    def test_a_bad_template_variable(self):
        path = self.file("shop.json", '{\n  "mix": [\n    {"get": "/{{nmae}}"}\n  ],\n  "vars": {"name": "x"}\n}\n')
        self.assert_refused(load(self.url, "--scenario", path), 2, f"{path}:3: ", "nmae", "name")

    def test_a_scenario_that_is_no_json(self):
        path = self.file("shop.json", '{\n  "mix": [}\n')
        self.assert_refused(load(self.url, "--scenario", path), 2, f"{path}:2: ")

    def test_an_unresolvable_host(self):
        self.assert_refused(load("http://nowhere.invalid/"), 3, "http://nowhere.invalid", "resolve", "Check the name")

    def test_a_refused_target(self):
        port = closed_port()
        self.assert_refused(load(f"http://127.0.0.1:{port}/"), 3, f"http://127.0.0.1:{port}", "refused", "--no-probe")

    def test_too_few_file_descriptors(self):
        limit = lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
        self.assert_refused(load(self.url, "-c", 1000, preexec_fn=limit), 3, "64", "ulimit")

    def test_an_output_folder_that_is_not_empty(self):
        self.file("something", "x")
        self.assert_refused(load(self.url, "--no-probe", "--out", self.folder), 3, "--out: is not empty",
                            str(self.folder), "new directory")

    def test_an_output_folder_below_a_file(self):
        path = self.file("something", "x")
        self.assert_refused(load(self.url, "--no-probe", "--out", path / "run"), 3, "--out: ", "is not a directory")

    def test_every_reason_not_to_run_comes_at_once(self):
        self.file("something", "x")
        self.assert_refused(load(f"http://127.0.0.1:{closed_port()}/", "--out", self.folder), 3, "refused", "not empty")

    def test_an_unknown_command(self):
        result = subprocess.run([HOLDFAST, "lod"], capture_output=True, text=True, timeout=DEADLINE)
        self.assert_refused(result, 2, 'got "lod"', 'Did you mean "load"?')


class ExpiredCertificate(unittest.TestCase):
    def make_certificate(self, folder):
        run = lambda *words: subprocess.run(words, cwd=folder, check=True, capture_output=True, timeout=DEADLINE)
        pathlib.Path(folder, "ca.cnf").write_text(
            "[ca]\ndefault_ca=d\n[d]\nnew_certs_dir=.\ndatabase=index.txt\nrand_serial=yes\ndefault_md=sha256\npolicy=p\n"
            "x509_extensions=e\n[p]\ncommonName=supplied\n[e]\nsubjectAltName=IP:127.0.0.1\n")
        pathlib.Path(folder, "index.txt").write_text("")
        run("openssl", "req", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "request.pem", "-subj",
            "/CN=127.0.0.1")
        run("openssl", "ca", "-batch", "-config", "ca.cnf", "-selfsign", "-keyfile", "key.pem", "-in", "request.pem",
            "-out", "certificate.pem", "-notext", "-startdate", "20200101000000Z", "-enddate", "20200102000000Z")

    def test_is_found_before_the_first_request(self):
        with tempfile.TemporaryDirectory() as folder:
            self.make_certificate(folder)
            with target("--tls", f"{folder}/certificate.pem", f"{folder}/key.pem") as plain:
                url = plain.replace("http:", "https:")
                result = load(url, "--cacert", f"{folder}/certificate.pem", "-n", 10)
                self.assertEqual(result.returncode, 3, result.stderr)
                self.assertIn("expired", result.stderr)
                self.assertIn("Renew the server's certificate, or do without verifying it with -k.", result.stderr)
                untrusted = load(url, "-n", 10)
                self.assertEqual(untrusted.returncode, 3, untrusted.stderr)
                self.assertNotIn("Start the target", untrusted.stderr)
                self.assertIn("with -k", untrusted.stderr)
                self.assertIn(url, result.stderr)
                insecure = ssl.create_default_context()
                insecure.check_hostname, insecure.verify_mode = False, ssl.CERT_NONE
                with urllib.request.urlopen(f"{url}/__truth", context=insecure, timeout=DEADLINE) as answer:
                    self.assertNotIn('"200":', json.dumps(json.load(answer)), "nothing was asked for")
                self.assertIn(load(url, "-k", "-n", 10).returncode, MEASURED)


class PlainServer(unittest.TestCase):
    """https where the server speaks plain HTTP, or waits for the client to say something that it understands."""

    def check(self, url):
        result = load(url, "-n", 1, "--connect-timeout", "300ms")
        self.assertEqual(result.returncode, 3, result.stderr)
        self.assertIn("The peer did not speak TLS. Write http://", result.stderr)

    def test_is_named_as_such(self):
        with target() as plain:
            self.check(plain.replace("http:", "https:"))
        with CountingServer() as waiting:
            self.check(f"https://127.0.0.1:{waiting.port}/")


class Runs(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.target = target()
        cls.url = cls.target.__enter__()
        cls.addClassCleanup(cls.target.__exit__, None, None, None)

    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))

    def run_json(self, *arguments, codes=MEASURED):
        result = load(*arguments, "--json")
        self.assertIn(result.returncode, codes, result.stderr)
        return json.loads(result.stdout)

    def test_a_closed_loop_sends_exactly_what_it_was_asked_for(self):
        run = self.run_json(self.url, "-c", 4, "-n", 1000)
        self.assertEqual(run["requests"]["ok"], 1000)
        self.assertEqual(run["statuses"], {"200": 1000})
        self.assertEqual(run["latency"]["count"], 1000)
        self.assertLess(run["latency"]["max_us"], 60e6)
        self.assertTrue(run["measurement"]["conservation_holds"])

    def test_an_open_loop_keeps_its_schedule(self):
        run = self.run_json(self.url, "--rate", "200/s", "-d", "2s")
        self.assertEqual(run["requests"]["scheduled"], 400)
        self.assertEqual(run["rates"]["offered_per_second"], 200)

    def test_the_summary_stands_alone_on_standard_output(self):
        result = load(self.url, "-n", 100, "-c", 2)
        self.assertIn(result.returncode, MEASURED)
        for part in ("Rate\n", "p99", "response time", "dropped", "Outcomes\n", "Measurement: ", "share this machine"):
            self.assertIn(part, result.stdout)
        self.assertNotIn("\x1b", result.stdout + result.stderr)

    def test_a_login_is_used(self):
        url = f"{self.url}/basic-auth/me/secret"
        self.assertEqual(self.run_json(url, "-n", 5, "-c", 1, "--user", "me:secret")["statuses"], {"200": 5})
        self.assertEqual(self.run_json(url, "-n", 5, "-c", 1, codes=(1,))["statuses"], {"401": 5})

    def test_the_request_arrives_as_it_was_described(self):
        with RequestKeeper() as keeper:
            load(f"http://127.0.0.1:{keeper.port}/orders?page=1", "-n", 1, "-c", 1, "--json-body", '{"a": [1, 2]}', "-m",
                 "PUT", "-H", "X-Trace: 7", "-H", "Accept: text/plain", "--user", "me:secret")
            method, path, headers, body = keeper.requests[0]
        self.assertEqual((method, path, body), ("PUT", "/orders?page=1", b'{"a": [1, 2]}'))
        self.assertEqual(headers["X-Trace"], "7")
        self.assertEqual(headers["Accept"], "text/plain")
        self.assertEqual(headers["Content-Type"], "application/json")
        self.assertEqual(headers["Authorization"], "Basic " + base64.b64encode(b"me:secret").decode())

    def test_think_time_is_no_response_time(self):
        run = self.run_json(self.url, "-c", 1, "-n", 10, "--think", "100ms")
        self.assertGreater(run["total_length_s"], 0.9)
        self.assertLess(run["latency"]["p50_us"], 90e3)

    def test_redirects_are_followed_only_when_asked_for(self):
        plain = self.run_json(f"{self.url}/redirect/2", "-n", 4, "-c", 1)
        self.assertEqual(plain["traffic"]["exchanges"], 4)
        followed = self.run_json(f"{self.url}/redirect/2", "-n", 4, "-c", 1, "--max-redirects", 5)
        self.assertEqual(followed["statuses"], {"200": 4})
        self.assertEqual(followed["traffic"]["exchanges"], 12)

    def test_a_connection_for_each_request(self):
        run = self.run_json(self.url, "-n", 20, "-c", 2, "--no-keepalive")
        self.assertEqual(run["traffic"]["connections_opened"], 20)

    def test_failed_requests_are_a_result_unless_strict(self):
        with target("--misbehave", "reset", "--every", "10") as url:
            run = self.run_json(url, "-n", 100, "-c", 1)
            self.assertGreater(run["outcomes"]["reset"], 0)
            strict = load(url, "-n", 100, "-c", 1, "--strict")
            self.assertEqual(strict.returncode, 1)
            self.assertIn("were not ok", strict.stderr)

    def test_a_run_without_one_ok_request_fails(self):
        result = load(f"{self.url}/status/500", "-n", 10)
        self.assertEqual(result.returncode, 1)
        self.assertIn("no request was ok", result.stderr)

    def test_a_failed_check_is_exit_code_1(self):
        path = self.folder / "check.json"
        path.write_text('{"mix": [{"get": "/", "check": {"body": {"contains": "never there"}}}]}')
        result = load(self.url, "--scenario", path, "-n", 5, "--json")
        self.assertEqual(result.returncode, 1, result.stderr)
        run = json.loads(result.stdout)
        self.assertEqual(run["outcomes"]["check_failed"], 5)
        self.assertEqual(run["scenario"]["file"], str(path))

    def test_a_scenario_is_reported_by_request_name(self):
        path = self.folder / "mix.json"
        path.write_text('{"mix": [{"name": "good", "get": "/"}, {"name": "bad", "get": "/status/500"}]}')
        run = self.run_json(self.url, "--scenario", path, "-n", 200, "-c", 2, "--out", self.folder / "run")
        names = {r["name"]: r for r in run["by_request"]}
        self.assertEqual(names["good"]["ok"], names["good"]["ended"])
        self.assertEqual(names["bad"]["outcomes"]["http_5xx"], names["bad"]["ended"])
        self.assertEqual(names["good"]["ended"] + names["bad"]["ended"], 200)
        self.assertEqual(logged_values(self.folder / "run" / "latency.hlog"),
                         {name: r["latency"]["count"] for name, r in names.items()})
        self.assertEqual(json.loads((self.folder / "run" / "run.json").read_text())["scenario"]["text"],
                         path.read_text())

    def test_a_target_that_is_not_there_can_be_measured(self):
        result = load(f"http://127.0.0.1:{closed_port()}/", "--no-probe", "-n", 20, "-c", 2, "--json")
        self.assertEqual(result.returncode, 1, result.stderr)
        run = json.loads(result.stdout)
        self.assertEqual(run["outcomes"]["connect_refused"], 20)
        self.assertIsNone(run["latency"]["p50_us"])

    def test_a_time_limit_enters_as_at_least(self):
        run = self.run_json(f"{self.url}/silence", "-n", 4, "-c", 4, "--timeout", "200ms", codes=(1,))
        self.assertEqual(run["outcomes"]["response_timeout"], 4)
        self.assertEqual(run["latency"]["at_least_count"], 4)
        self.assertIn("p50", run["latency"]["at_least"])
        self.assertGreaterEqual(run["latency"]["max_us"], 200e3)

    def test_a_result_that_cannot_be_printed_is_told(self):
        with open("/dev/full", "w") as full:
            result = subprocess.run([HOLDFAST, "load", self.url, "-n", "5"], stdout=full, stderr=subprocess.PIPE,
                                    text=True, timeout=DEADLINE)
        self.assertEqual(result.returncode, 3)
        self.assertIn("could not be printed", result.stderr)

    def test_a_closed_standard_output_is_an_error_and_no_file_gets_the_result(self):
        out = self.folder / "run"
        command = '"$@" 0>&- 1>&-'
        result = subprocess.run(["sh", "-c", command, "sh", HOLDFAST, "load", self.url, "-n", "5", "-c", "1", "--out",
                                 str(out), "--quiet"], stderr=subprocess.PIPE, text=True, timeout=DEADLINE)
        self.assertEqual(result.returncode, 3)
        self.assertIn("could not be printed", result.stderr)
        self.assertEqual(sum(line["ok"] for line in lines_of(out / "timeline.ndjson")), 5)
        closed = subprocess.run(["sh", "-c", '"$@" 0>&- 1>&- 2>&-', "sh", HOLDFAST, "load", self.url, "-n", "5", "--out",
                                 str(self.folder / "again")], timeout=DEADLINE)
        self.assertEqual(closed.returncode, 3)
        self.assertEqual(sum(line["ok"] for line in lines_of(self.folder / "again" / "timeline.ndjson")), 5)

    def test_secrets_of_the_command_line_are_written_nowhere(self):
        out = self.folder / "run"
        result = load(f"{self.url}/?access_token=S3CRET", "-n", 3, "-H", "X-Api-Key: S3CRET", "-H", "X-Auth-Token: S3CRET",
                      "--data", "password=S3CRET", "--json", "--out", out)
        self.assertIn(result.returncode, MEASURED, result.stderr)
        written = result.stdout + result.stderr + "".join(file.read_text() for file in out.iterdir())
        self.assertNotIn("S3CRET", written)
        self.assertIn("*** (15 bytes)", written)

    def test_help_and_version(self):
        self.assertIn("--rate", load("--help").stdout)
        version = subprocess.run([HOLDFAST, "--version"], capture_output=True, text=True, timeout=DEADLINE)
        self.assertRegex(version.stdout, r"^holdfast \d+\.\d+\.\d+")


class Folder(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()), "runs", "one")
        self.url = self.enterContext(target("--misbehave", "reset", "--every", "7"))

    def test_its_files_agree_with_each_other(self):
        result = load(self.url, "--rate", "300/s", "-d", "3s", "--out", self.folder, "--json")
        self.assertIn(result.returncode, MEASURED, result.stderr)
        run = json.loads((self.folder / "run.json").read_text())
        self.assertEqual(run["requests"], json.loads(result.stdout)["requests"])
        self.assertEqual(run["state"], "finished")
        self.assertTrue(run["folder"]["complete"])
        timeline = lines_of(self.folder / "timeline.ndjson")
        self.assertGreaterEqual(len(timeline), 3)
        for key in ("scheduled", "started", "ok", "failed", "unfinished", "dropped", "late", "queued"):
            self.assertEqual(sum(line[key] for line in timeline), run["requests"][key], key)
        self.assertEqual(run["requests"]["scheduled"], run["requests"]["started"] + run["requests"]["dropped"])
        self.assertEqual(logged_values(self.folder / "latency.hlog"), {"request": run["latency"]["count"]})
        self.assertEqual(logged_values(self.folder / "service.hlog"), {"request": run["service_time"]["count"]})
        failures = lines_of(self.folder / "failures.ndjson")
        self.assertEqual(len(failures), run["requests"]["failed"])
        self.assertTrue(all(f["outcome"] in ("reset", "closed_early") for f in failures), failures[:1])
        self.assertTrue(all(f["peer"].startswith("127.0.0.1:") for f in failures), failures[:1])

    def test_a_killed_run_stays_readable(self):
        process = subprocess.Popen([HOLDFAST, "load", self.url, "--rate", "200/s", "-d", "60s", "--out",
                                    str(self.folder)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        timeline = self.folder / "timeline.ndjson"
        poll(lambda: timeline.exists() and timeline.read_text().count("\n") >= 2, "two seconds are on disk")
        process.kill()
        process.wait(DEADLINE)
        seconds = lines_of(timeline)
        self.assertEqual(json.loads((self.folder / "run.json").read_text())["state"], "running")
        self.assertEqual(len(lines_of(self.folder / "failures.ndjson")), sum(s["failed"] for s in seconds))
        self.assertEqual(sum(logged_values(self.folder / "latency.hlog").values()),
                         sum(s["timed_count"] for s in seconds))

    def test_a_full_disk_ends_the_files_and_not_the_run(self):
        limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))
        result = load(self.url, "--rate", "300/s", "-d", "2s", "--out", self.folder, "--json", preexec_fn=limit)
        self.assertEqual(result.returncode, 3, result.stderr)
        self.assertIn("the run folder is incomplete", result.stderr)
        run = json.loads(result.stdout)
        self.assertEqual(run["requests"]["scheduled"], 600)
        self.assertFalse(run["folder"]["complete"])
        self.assertIn("File too large", run["folder"]["problem"])
        self.assertEqual(result.stderr.count("writing the run stopped"), 1)


class Interrupt(unittest.TestCase):
    def start(self, *arguments):
        return subprocess.Popen([HOLDFAST, "load", *map(str, arguments)], stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True)

    def test_once_drains_and_reports(self):
        with target() as url, tempfile.TemporaryDirectory() as folder:
            out = pathlib.Path(folder, "run")
            process = self.start(url, "--rate", "500/s", "-d", "60s", "--json", "--out", out)
            poll(lambda: (out / "timeline.ndjson").exists() and (out / "timeline.ndjson").stat().st_size > 0,
                 "a second has been measured")
            process.send_signal(signal.SIGINT)
            stdout, stderr = process.communicate(timeout=DEADLINE)
            self.assertEqual(process.returncode, 130, stderr)
            run = json.loads(stdout)
            self.assertEqual(run["state"], "interrupted")
            self.assertGreater(run["requests"]["ok"], 0)
            self.assertTrue(run["measurement"]["conservation_holds"])
            self.assertLess(run["total_length_s"], 60)
            self.assertEqual(json.loads((out / "run.json").read_text())["state"], "interrupted")
            self.assertIn("interrupted", stderr)

    def test_a_hang_up_drains_and_reports_however_often_it_comes(self):
        with target() as url, tempfile.TemporaryDirectory() as folder:
            out = pathlib.Path(folder, "run")
            process = self.start(url, "--rate", "500/s", "-d", "60s", "--json", "--out", out)
            poll(lambda: (out / "timeline.ndjson").exists() and (out / "timeline.ndjson").stat().st_size > 0,
                 "a second has been measured")
            process.send_signal(signal.SIGHUP)
            process.send_signal(signal.SIGHUP)
            stdout, stderr = process.communicate(timeout=DEADLINE)
            self.assertEqual(process.returncode, 130, stderr)
            self.assertEqual(json.loads(stdout)["state"], "interrupted")

    def test_nohup_is_respected(self):
        ignored = lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN)
        with target() as url, tempfile.TemporaryDirectory() as folder:
            out = pathlib.Path(folder, "run")
            process = subprocess.Popen([HOLDFAST, "load", url, "--rate", "50/s", "-d", "2s", "--json", "--out", str(out)],
                                       stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=ignored)
            poll(lambda: (out / "run.json").exists(), "the run has begun")
            process.send_signal(signal.SIGHUP)
            stdout, stderr = process.communicate(timeout=DEADLINE)
            self.assertIn(process.returncode, MEASURED, stderr)
            self.assertEqual(json.loads(stdout)["state"], "finished")

    def test_twice_ends_at_once(self):
        with target() as url, tempfile.TemporaryDirectory() as folder:
            out = pathlib.Path(folder, "run")
            process = self.start(f"{url}/silence", "-c", 2, "-d", "60s", "--timeout", "10m", "--drain", "10m", "--out",
                                 out)
            poll(lambda: (out / "timeline.ndjson").exists() and (out / "timeline.ndjson").stat().st_size > 0,
                 "a second has been measured")

            def ended():
                process.send_signal(signal.SIGINT)  # signals that wait merge: two sent at once may arrive as one
                return process.poll() is not None
            poll(ended, "the second interrupt ends the program")
            process.communicate(timeout=DEADLINE)
            self.assertEqual(process.returncode, 130)


class PortFile(unittest.TestCase):
    def ended_target(self, path, *options, **settings):
        return subprocess.run([HOLDFAST, "target", "--listen", "127.0.0.1:0", "--port-file", str(path), "--for", "1ms",
                               *options], capture_output=True, text=True, timeout=DEADLINE, **settings)

    def test_replaces_a_file_and_leaves_nothing_beside_it(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "port")
            path.write_text("from an earlier run\n")
            self.assertEqual(self.ended_target(path).returncode, 0)
            self.assertRegex(path.read_text(), r"^\d+\n$")
            self.assertEqual(os.listdir(folder), ["port"])

    def test_is_gone_when_the_target_cannot_start(self):
        with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as taken:
            path = pathlib.Path(folder, "port")
            path.write_text("from an earlier run\n")
            ended = self.ended_target(path, "--listen", f"127.0.0.1:{taken.getsockname()[1]}")
            self.assertEqual(ended.returncode, 3, ended.stderr)
            self.assertEqual(os.listdir(folder), [])

    def test_does_not_replace_a_pipe_or_a_folder(self):
        with tempfile.TemporaryDirectory() as folder:
            pipe = pathlib.Path(folder, "pipe")
            os.mkfifo(pipe)
            reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
            try:
                self.assertEqual(self.ended_target(pipe).returncode, 0)
                self.assertRegex(os.read(reader, 100), rb"^\d+\n$")
                self.assertTrue(pipe.is_fifo())
            finally:
                os.close(reader)
            empty = pathlib.Path(folder, "empty")
            empty.mkdir()
            ended = self.ended_target(empty)
            self.assertEqual(ended.returncode, 3)
            self.assertIn("--port-file: cannot write there", ended.stderr)
            self.assertTrue(empty.is_dir())


class Progress(unittest.TestCase):
    def stderr_of(self, url, *arguments):
        """What the program writes to a terminal as standard error."""
        reader, writer = pty.openpty()
        with open(os.devnull, "w") as nowhere:
            process = subprocess.Popen([HOLDFAST, "load", url, "--rate", "200/s", "-d", "2s", *arguments],
                                       stdout=nowhere, stderr=writer,
                                       env={**os.environ, "LC_ALL": "C.UTF-8", "TERM": "xterm"})
        os.close(writer)
        text = b""
        with contextlib.suppress(OSError):  # the terminal's other end was closed
            while piece := os.read(reader, 65536):
                text += piece
        os.close(reader)
        process.wait(DEADLINE)
        return text.decode()

    def test_is_one_line_on_a_terminal(self):
        with target() as url:
            text = self.stderr_of(url)
            for part in ("\r1 s of 2 s", "200/s", "p99 ", "errors 0", "in flight", "Ctrl-C"):
                self.assertIn(part, text)
            self.assertNotIn("\r1 s of 2 s", self.stderr_of(url, "--no-progress"))
            self.assertNotIn("Ctrl-C", self.stderr_of(url, "--quiet"))

    def test_is_absent_elsewhere(self):
        with target() as url:
            self.assertNotIn("errors", load(url, "-n", 10).stderr)


if __name__ == "__main__":
    unittest.main()
