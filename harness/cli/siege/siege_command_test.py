"""Runs `holdfast siege` against a server on loopback, and beside it the real siege where that is installed.

HOLDFAST names the program. What the two print is compared with times and other measured numbers masked; what they send
is compared byte for byte.
"""

import http.client
import json
import os
import re
import shutil
import signal
import socketserver
import subprocess
import tempfile
import threading
import time
import unittest

HOLDFAST = os.environ.get("HOLDFAST", "holdfast")
SIEGE = shutil.which("siege")

BASE_RC = """
verbose = true
color = off
quiet = false
json_output = false
show-logfile = false
gmethod = HEAD
parser = true
chunked = true
limit = 255
protocol = HTTP/1.1
accept-encoding = gzip, deflate
concurrent = 1
logfile = /tmp/none/siege.log
file = /tmp/none/urls.txt
"""

PAGE = b'<html><head><link rel="stylesheet" href="/s.css"></head><body><img src="i.png"><img src="i.png"></body></html>'


class Handler(socketserver.StreamRequestHandler):
    """Answers by the first part of the path: a status, or the name of a behaviour."""

    def handle(self):
        while True:
            head = b""
            while not head.endswith(b"\r\n\r\n"):
                line = self.rfile.readline()
                if not line:
                    return
                head += line
            length = re.search(rb"(?i)\r\ncontent-length: (\d+)", head)
            body = self.rfile.read(int(length.group(1))) if length else b""
            with self.server.lock:
                self.server.requests.append(head + body)
            method, target, _ = head.split(b"\r\n")[0].decode().split(" ", 2)
            reply = self.reply_to(target.split("?")[0].split("/")[1], head)
            if reply is None:
                return
            if method == "HEAD":
                reply = reply.split(b"\r\n\r\n")[0] + b"\r\n\r\n"
            self.wfile.write(reply)
            if b"connection: close" in head.lower():
                return

    def reply_to(self, name, head):
        if name == "302":
            return self.text(302, b"moved", "Location: /target")
        if name == "307":
            return self.text(307, b"moved", "Location: /target")
        if name in ("204", "304"):
            return f"HTTP/1.1 {name} {http.client.responses[int(name)]}\r\n\r\n".encode()
        if re.fullmatch(r"\d\d\d", name):
            return self.text(int(name), b"hello")
        if name == "cookie":
            return self.text(200, b"c", "Set-Cookie: a=b; path=/")
        if name == "basic":
            return self.text(200, b"in") if b"\r\nAuthorization: " in head else self.text(
                401, b"no", 'WWW-Authenticate: Basic realm="r"')
        if name == "page":
            return self.text(200, PAGE, "Content-Type: text/html")
        if name == "silent":
            self.server.silence.wait(20)
            return None
        if name == "slow":
            time.sleep(0.3)
        if name == "close":
            return None
        return self.text(200, b"hello")

    @staticmethod
    def text(status, body, *fields):
        lines = [f"HTTP/1.1 {status} {http.client.responses.get(status, '')}", *fields, f"Content-Length: {len(body)}"]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 512


class Result:
    def __init__(self, code, out, err, requests):
        self.code, self.out, self.err, self.requests = code, out, err, requests

    def figure(self, label):
        return float(re.search(rf"^{label}:\s+([0-9.]+)", self.err, re.M).group(1))


def masked(text):
    """Measured numbers out, everything else kept."""
    text = re.sub(r"\x1b\[[0-9;]*m", "", text)
    text = re.sub(r"(?m)^((?!Transactions|Successful|Failed|Availability)[A-Z][a-z ]+:\t+) *[0-9.]+", r"\1#", text)
    text = re.sub(r" +\d+\.\d\d secs:", " # secs:", text)
    text = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", "DATE", text)
    return re.sub(r",  *\d+\.\d\d,", ",#,", text)


class SiegeTest(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.server = Server(("127.0.0.1", 0), Handler)
        cls.server.lock = threading.Lock()
        cls.server.requests = []
        cls.server.silence = threading.Event()
        threading.Thread(target=cls.server.serve_forever, daemon=True).start()
        cls.url = f"http://127.0.0.1:{cls.server.server_address[1]}"
        cls.folder = tempfile.mkdtemp()

    @classmethod
    def tearDownClass(cls):
        cls.server.silence.set()
        cls.server.shutdown()
        cls.server.server_close()
        shutil.rmtree(cls.folder)

    def path(self, name, text=None):
        path = os.path.join(self.folder, name)
        if text is not None:
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
        return path

    def run_program(self, program, arguments, rc="", base=BASE_RC):
        arguments = ["-R", self.path("siege.rc", base + rc), *arguments]
        self.server.requests.clear()
        environment = dict(os.environ, HOME=self.folder)
        done = subprocess.run([*program, *arguments], capture_output=True, text=True, timeout=60, env=environment,
                              check=False, cwd=self.folder)
        return Result(done.returncode, done.stdout, done.stderr, list(self.server.requests))

    def ours(self, *arguments, rc=""):
        return self.run_program([HOLDFAST, "siege"], arguments, rc)

    def theirs(self, *arguments, rc=""):
        if SIEGE is None:
            self.skipTest("siege is not installed")
        # It announces the folder it makes on its first run.
        if not os.path.exists(self.path(".siege")):
            self.run_program([SIEGE], ["-C"])
        return self.run_program([SIEGE], arguments, rc)


class BesideSiege(SiegeTest):
    """Same arguments, same resource file: the same requests, lines and counters."""

    def check_same(self, *arguments, rc="", requests=True):
        real, own = self.theirs(*arguments, rc=rc), self.ours(*arguments, rc=rc)
        self.assertEqual(masked(real.out), masked(own.out), arguments)
        self.assertEqual(masked(real.err), masked(own.err), arguments)
        self.assertEqual(real.code, own.code, arguments)
        if requests:
            self.assertEqual(real.requests, own.requests, arguments)

    def test_every_status_is_counted_alike(self):
        for status in (200, 201, 204, 304, 400, 404, 408, 409, 429, 500, 503, 509, 511, 600, 999):
            self.check_same("-c1", "-r2", f"{self.url}/{status}")

    def test_redirects_are_followed_alike(self):
        for url in ("/302", "/307", "/302 POST a=b", "/307 POST a=b", "/303"):
            self.check_same("-c1", "-r1", self.url + url)
        self.check_same("-c1", "-r1", "--no-follow", self.url + "/302")

    def test_bodies_headers_and_agents_are_sent_alike(self):
        self.check_same("-c1", "-r1", "--content-type", "application/json", self.url + '/x POST {"a": "b", "c":1}')
        for method in ("PUT", "PATCH", "DELETE", "OPTIONS"):
            self.check_same("-c1", "-r1", f"{self.url}/x {method} body")
        self.check_same("-c1", "-r1", "-H", "X-A: 1", "-H", "Host: other", "-H", "Accept: text/x", "-A", "me",
                        self.url + "/x")
        self.check_same("-c1", "-r2", self.url + "/x", rc="connection = keep-alive\n")
        self.check_same("-c1", "-r1", self.url + '/a b?c<d>"e|f')

    def test_logins_and_cookies_are_sent_alike(self):
        self.check_same("-c1", "-r2", self.url + "/basic", rc="login = joe:pw\n")
        self.check_same("-c1", "-r3", self.url + "/cookie")
        login = f"login-url = {self.url}/login POST a=b\n"
        self.check_same("-c1", "-r2", self.url + "/x", rc=login)

    def test_lines_look_alike(self):
        for rc in ("fullurl = true\n", "csv = true\n", "display-id = true\n", "csv = true\ndisplay-id = true\n",
                   "verbose = false\n"):
            log = f"logfile = {self.path('lines.log')}\n"
            self.check_same("-c1", "-r1", "-m", "MARK", self.url + "/200", rc=rc + log)

    def test_pages_bring_their_resources(self):
        real, own = (run("-c1", "-r1", self.url + "/page") for run in (self.theirs, self.ours))
        self.assertEqual(sorted(real.requests), sorted(own.requests))
        self.assertEqual(masked(real.err), masked(own.err))
        self.check_same("-c1", "-r1", "--no-parser", self.url + "/page")

    def test_quiet_is_quiet(self):
        self.check_same("-q", "-c1", "-r1", self.url + "/200")

    def test_json_has_the_same_form(self):
        def shape(text):
            return re.sub(r" *[0-9.]+(,?\n)", r" #\1", text)

        real, own = (run("-j", "-c1", "-r3", self.url + "/200") for run in (self.theirs, self.ours))
        self.assertEqual(shape(real.out), shape(own.out))
        self.assertEqual(real.err, own.err)
        self.assertEqual(list(json.loads(real.out)), list(json.loads(own.out)))

    def test_configuration_is_shown_alike(self):
        for rc in ("", "proxy-host = p\nproxy-login = a:b\nlogin = c:d:e\nlogin = f:g\n",
                   "time = 90S\ndelay = 1.5\ninternet = true\ncsv = true\ntimestamp = true\nnofollow = ads.example.com\nnofollow = more.example.com\n"):
            for arguments in ((), ("-c7", "-r5", "-d2", "http://x/"), ("-j",), ("-t2H", "-b", "-i", "-q")):
                real, own = self.theirs(*arguments, "-C", rc=rc), self.ours(*arguments, "-C", rc=rc)
                self.assertEqual(real.out, own.out, (rc, arguments))

    def test_urls_of_a_file_are_taken_in_the_same_order(self):
        urls = self.path("urls.txt", "# list\nHOST=" + self.url[7:] + "\n" +
                         "".join(f"http://$(HOST)/200?{i}\n" for i in range(7)))
        self.check_same("-c1", "-r9", "-f", urls)
        self.check_same("-c1", "-ronce", "-f", urls)
        for users in (3, 10):
            real, own = (sorted(run(f"-c{users}", "-r3", "-f", urls).requests) for run in (self.theirs, self.ours))
            self.assertEqual(real, own)

    def test_heads_and_bodies_are_shown_alike(self):
        self.check_same("-g", self.url + "/404")
        for method in ("GET", "HEAD"):
            self.check_same("-g", self.url + "/404", rc=f"gmethod = {method}\n")
        self.theirs("-C")
        without = BASE_RC.replace("gmethod = HEAD\n", "")
        real, own = (self.run_program(program, ["-g", self.url + "/200"], base=without)
                     for program in ([SIEGE], [HOLDFAST, "siege"]))
        self.assertEqual(real.requests[0].split(b" ")[0], b"GET", "what siege sends without gmethod")
        self.assertEqual(own.requests[0].split(b" ")[0], b"GET")
        self.check_same("-p", self.url + "/404")

    def test_a_refused_connection_fails_alike(self):
        real, own = (run("-c1", "-r3", "http://127.0.0.1:1/") for run in (self.theirs, self.ours))
        for each in (real, own):
            self.assertEqual(each.figure("Failed transactions"), 3)
            self.assertEqual(each.figure("Availability"), 0)
            self.assertIn("socket: unable to connect", each.err)
            self.assertIn("Connection refused", each.err)
            self.assertEqual(each.code, 0)

    def test_too_many_failures_end_both(self):
        real, own = (run("-c1", "-r100", self.url + "/500", rc="failures = 5\n") for run in (self.theirs, self.ours))
        self.assertEqual(masked(real.err), masked(own.err))
        self.assertEqual(len(own.requests), 5)

    def test_too_many_failures_end_both_under_requests_in_flight(self):
        # The first user waits for an answer that comes in 20 s, the second one fails.
        urls = self.path("abort.txt", f"{self.url}/silent\n" + f"{self.url}/500\n" * 5)
        result = self.ours("-c2", "-r4", "-f", urls, rc="failures = 3\ntimeout = 60\n")
        self.assertIn("siege aborted due to excessive socket failure", result.err)
        self.assertEqual(result.figure("Failed transactions"), 3)
        self.assertLess(result.figure("Elapsed time"), 10)

    def test_log_rows_look_alike(self):
        texts = []
        for run in (self.theirs, self.ours):
            log = self.path("run.log")
            if os.path.exists(log):
                os.remove(log)
            run("-c1", "-r2", "-m", "MARK", f"--log={log}", self.url + "/slow")
            with open(log, encoding="utf-8") as file:
                texts.append(re.sub(r" *\d+\.\d\d", "#", masked(file.read())))
        self.assertEqual(*texts)


class BetterThanSiege(SiegeTest):
    def test_a_silent_server_does_not_hang_the_run(self):
        began = time.monotonic()
        result = self.ours("-c1", "-r1", self.url + "/silent", rc="timeout = 1\n")
        self.assertEqual(result.figure("Failed transactions"), 1)
        self.assertLess(time.monotonic() - began, 15)

    def test_users_are_not_capped(self):
        result = self.ours("-c300", "-r1", self.url + "/200")
        self.assertEqual(result.figure("Transactions"), 300)
        self.assertIn("300 users are more than the limit of 255", result.err)

    def test_strict_exit_codes_are_honest(self):
        for expected, arguments in ((0, ["/200"]), (1, ["/404"]), (1, ["/500"]), (1, ["/302", "-F", "-r2"])):
            url, *rest = arguments
            code = self.ours("--strict", "-c1", "-r1", *rest, self.url + url).code
            self.assertEqual(code, 0 if url == "/302" else expected, arguments)
        self.assertEqual(self.ours("--strict", "-c1", "-r1", "http://127.0.0.1:1/").code, 3)
        self.assertEqual(self.ours("--strict", "-cx", self.url).code, 2)
        self.assertEqual(self.ours("-cx", self.url).code, 1)

    def test_more_comes_after_the_blank_line(self):
        result = self.ours("--more", "-c1", "-r3", self.url + "/404")
        report, _, more = result.err.partition("\n \n")
        self.assertIn("Shortest transaction", report)
        self.assertRegex(more, r"Response time p99.9: +[0-9.]+ ms\n")
        self.assertRegex(more, r"Refused with 4xx: +3\n")
        self.assertTrue(more.endswith(" \n"))

    def test_the_newer_dialect_has_milliseconds(self):
        result = self.ours("--siege-compat=4.1", "-c1", "-r1", self.url + "/200")
        self.assertRegex(result.err, r"\nLongest transaction:\t +[0-9.]+ ms\n")
        self.assertRegex(result.err, r"\nTransactions:\t\t +1    hits\n")
        self.assertIn(b"Siege/4.1.7\r\n", result.requests[0])

    def test_time_wins_and_ends_the_run(self):
        result = self.ours("-c2", "-r1", "-t1S", "--delay=1S", self.url + "/200")
        self.assertIn("CONFIG conflict", result.err)
        self.assertIn("\nLifting the server siege...\nTransactions:", result.err)
        self.assertGreater(result.figure("Elapsed time"), 0.9)
        self.assertEqual(len(result.requests), result.figure("Transactions"))

    def test_ctrl_c_reports_and_ends_well(self):
        run = subprocess.Popen([HOLDFAST, "siege", "-R", self.path("int.rc", BASE_RC), "-c1", self.url + "/slow"],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.assertIn("/slow", run.stdout.readline())
        run.send_signal(signal.SIGINT)
        _, err = run.communicate(timeout=20)
        self.assertEqual(run.returncode, 0)
        self.assertIn("\nLifting the server siege...\nTransactions:", err)

    def test_strict_tells_an_interruption(self):
        run = subprocess.Popen([HOLDFAST, "siege", "--strict", "-R", self.path("int.rc", BASE_RC), "-c1", self.url + "/slow"],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.assertIn("/slow", run.stdout.readline())
        run.send_signal(signal.SIGINT)
        run.communicate(timeout=20)
        self.assertEqual(run.returncode, 130)

    def test_a_reader_that_is_slow_does_not_slow_the_siege(self):
        run = subprocess.Popen([HOLDFAST, "siege", "-R", self.path("slow.rc", BASE_RC), "-v", "-c4", "-t1S", "-b",
                                self.url + "/200"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        time.sleep(4)  # the reader's, who goes away while the pipe fills
        out, err = run.communicate(timeout=20)
        result = Result(run.returncode, out, err, [])
        self.assertLess(result.figure("Elapsed time"), 3)
        left_out = re.search(r"siege: ([0-9,]+) lines were left out", err)
        lines = out.count("\n") + (int(left_out.group(1).replace(",", "")) if left_out else 0)
        self.assertEqual(lines, result.figure("Transactions"))

    def test_output_that_cannot_be_written_is_told(self):
        for arguments in (["-j"], ["-v"], ["-C"]):
            for strict, code in (([], 0), (["--strict"], 3)):
                with open("/dev/full", "w", encoding="utf-8") as full:
                    run = subprocess.run([HOLDFAST, "siege", "-R", self.path("full.rc", BASE_RC), *strict, *arguments, "-c1",
                                          "-r1", self.url + "/200"], stdout=full, stderr=subprocess.PIPE, text=True,
                                         timeout=30, check=False)
                self.assertEqual(run.returncode, code, (arguments, run.stderr))
                self.assertEqual(run.stderr.count("standard output could not be written: No space left"), 1, run.stderr)

    def test_nothing_is_created_in_the_home_folder(self):
        home = tempfile.mkdtemp(dir=self.folder)
        done = subprocess.run([HOLDFAST, "siege", "-j", "-c1", "-r1", self.url + "/200"], capture_output=True, text=True,
                              env=dict(os.environ, HOME=home), timeout=30, check=False)
        self.assertEqual(json.loads(done.stdout)["transactions"], 1)
        self.assertEqual(os.listdir(home), [])

    def test_wrong_input_is_named_at_once_and_completely(self):
        urls = self.path("bad.txt", "http://x/\nftp://x/\nhttp://x/ POST <gone.txt\n")
        result = self.ours("-c1", "-r1", "-f", urls)
        self.assertEqual(result.code, 1)
        self.assertIn("bad.txt:2: FTP is not supported", result.err)
        self.assertIn("bad.txt:3: the file of the body cannot be read", result.err)
        self.assertEqual(result.requests, [])


if __name__ == "__main__":
    unittest.main()
