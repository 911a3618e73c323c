"""The command lines that people have in their scripts, typed as they stand, each against a target of its own.

Their host names and addresses exist in a network namespace only, which this test makes (unshare, a hosts file mounted over
/etc/hosts, the addresses on its loopback device): nothing leaves it. Each line runs twice: as it stands, ended by Ctrl-C
after its first answer, as its authors did; and beside all others until its own time is over, where lines of six minutes
last a thirtieth of it, so that they fit a test. HOLDFAST_SEED_LINES=whole leaves them their whole time: six minutes.
"""

import math
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

HOLDFAST = os.environ.get("HOLDFAST", "holdfast")
TIME_SCALE = 1 if os.environ.get("HOLDFAST_SEED_LINES") == "whole" else 30
INSIDE = "HOLDFAST_SEED_LINES_INSIDE"
NAMES = ("drivercall", "store", "order", "book")
ADDRESSES = ("10.0.209.210", "20.249.197.200")

JSON = '--content-type "application/json"'
LINES = {
    "L1": f"""siege -c200 -t60S -r10 -v {JSON} 'http://drivercall:8080/drivercalls/ POST {{"tel": "1234567890", "cost":3000}}'""",
    "L2": f"""siege -c100 -t120S -r10 -v {JSON} 'http://store:8080/storeManages POST {{"orderId":"456", "process":"Payed"}}'""",
    "L3": f"""siege -c10 -t60S -r10 -v {JSON} 'http://10.0.209.210:8080/products POST {{"orderId":1, "status":"Requested", "productName":"Ame", "qty":1}}'""",
    "L4": "siege -c20 -t40S -v http://20.249.197.200:8080/orders",
    "L5": "siege -c1 -t60S -v http://order:8080/orders --delay=1S",
    "L6": f"""siege -c100 -t30S -v {JSON} 'http://order:8080/orders POST {{"buyer" : "kary", "title" : "NoMadLand", "qty" : "1", "address" : "Jeongjadong", "status" : "Bought", "boookId" : "1"}}'""",
    "L7": f"""siege -c100 -t30S -v {JSON} 'http://order:8080/orders POST {{"buyer" : "kary", "title" : "NoMadLand", "qty" : "1", "address" : "Jeongjadong", "status" : "Bought", "bookId" : "1"}}'""",
    "L8": f"""siege -c10 -t360S -v {JSON} 'http://book:8080/books POST {{"title": "NoMadLand", "author":"nana", "publisher":"cnn", "stock":"10", "bookId":"1"}}'""",
}


def namespace_trouble():
    """Why no namespace can be made here; empty when one can."""
    if shutil.which("unshare") is None or shutil.which("ip") is None:
        return "unshare and ip are needed"
    probe = subprocess.run(["unshare", "-r", "-n", "-m", "ip", "link", "set", "lo", "up"], capture_output=True, text=True)
    return probe.stderr.strip() if probe.returncode != 0 else ""


class SeedLines(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.ports = os.path.join(cls.folder.name, "port")
        cls.bin = os.path.join(cls.folder.name, "bin")
        os.mkdir(cls.bin)
        with open(os.path.join(cls.bin, "siege"), "w", encoding="utf-8") as script:
            script.write(f'#!/bin/sh\nexec "{HOLDFAST}" siege "$@"\n')
        os.chmod(os.path.join(cls.bin, "siege"), 0o755)
        # Debian's own file would ask for JSON; the authors' image did not.
        os.mkdir(os.path.join(cls.folder.name, ".siege"))
        with open(os.path.join(cls.folder.name, ".siege", "siege.conf"), "w", encoding="utf-8") as resources:
            resources.write("verbose = true\ncolor = off\njson_output = false\nparser = true\n")
        # So long an answer takes that 540 users at once are an easy load: 2,700 requests a second.
        cls.target = subprocess.Popen(
            [HOLDFAST, "target", "--listen", "0.0.0.0:8080", "--latency", "constant:200ms", "--port-file", cls.ports],
            stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 10
        while not os.path.exists(cls.ports) and time.monotonic() < deadline:
            time.sleep(0.02)

    @classmethod
    def tearDownClass(cls):
        cls.target.send_signal(signal.SIGTERM)
        cls.target.wait(10)
        cls.folder.cleanup()

    def start_line(self, name, line):
        """What it prints goes to files, which can be looked at while it runs."""
        environment = dict(os.environ, PATH=self.bin + ":" + os.environ["PATH"], HOME=self.folder.name)
        printed = os.path.join(self.folder.name, name)
        with open(printed, "w", encoding="utf-8") as file:
            # exec: a signal shall reach siege and not a shell around it.
            run = subprocess.Popen(["sh", "-c", "exec " + line], env=environment, stdin=subprocess.DEVNULL, stdout=file,
                                   stderr=subprocess.STDOUT)
        self.addCleanup(run.kill)
        return run, printed

    @staticmethod
    def text_of(printed):
        with open(printed, encoding="utf-8") as file:
            return file.read()

    def check(self, line, run, text):
        self.assertEqual(run.returncode, 0, text[-2000:])
        users = re.search(r"-c(\d+)", line).group(1)
        self.assertIn(f"Preparing {users} concurrent users for battle.", text)
        hits = int(re.search(r"Transactions:\s+(\d+) hits", text).group(1))
        self.assertGreater(hits, 0)
        self.assertRegex(text, r"Availability:\s+100\.00 %")
        self.assertRegex(text, r"Successful transactions:\s+%d\n" % hits)
        self.assertRegex(text, r"Failed transactions:\s+0\n")
        self.assertIn("Lifting the server siege...", text)
        if "-r10" in line:  # time wins over repetitions
            self.assertIn("CONFIG conflict", text)
        shown = "POST" if "POST" in line else "GET"
        self.assertEqual(len(re.findall(r"(?m)^HTTP/1\.1 200 +[\d.]+ secs: +\d+ bytes ==> %s" % shown, text)), hits)

    def test_every_line_runs_as_it_stands_until_ctrl_c(self):
        for name, line in LINES.items():
            with self.subTest(name):
                run, printed = self.start_line(name, line)
                deadline = time.monotonic() + 30
                # Lines are printed in bundles, so the end of what is there may be half a line.
                while "HTTP/1.1 200" not in self.text_of(printed) and time.monotonic() < deadline:
                    time.sleep(0.02)
                run.send_signal(signal.SIGINT)
                run.wait(60)
                self.check(line, run, self.text_of(printed))

    def test_every_line_ends_by_itself_when_its_time_is_over(self):
        runs = []
        for name, line in LINES.items():
            seconds = int(re.search(r"-t(\d+)S", line).group(1))
            lasts = math.ceil(seconds / TIME_SCALE)
            shortened = re.sub(r"-t\d+S", f"-t{lasts}S", line)
            runs.append((name, line, lasts, *self.start_line(name, shortened)))
        for name, line, lasts, run, printed in runs:
            with self.subTest(name):
                run.wait(lasts + 60)
                text = self.text_of(printed)
                self.check(line, run, text)
                elapsed = float(re.search(r"Elapsed time:\s+([\d.]+) secs", text).group(1))
                self.assertGreaterEqual(elapsed, lasts)
                self.assertLess(elapsed, lasts + 10)


def enter_namespace():
    """This program again, inside a namespace in which the names and addresses lead to the loopback device."""
    with tempfile.NamedTemporaryFile("w", suffix=".hosts", encoding="utf-8") as hosts:
        hosts.write("127.0.0.1 localhost\n" + "".join(f"127.0.0.1 {name}\n" for name in NAMES))
        hosts.flush()
        steps = ["ip link set lo up"] + [f"ip address add {address}/32 dev lo" for address in ADDRESSES]
        steps += [f"mount --bind '{hosts.name}' /etc/hosts", 'exec "$0" "$@"']
        return subprocess.run(["unshare", "-r", "-n", "-m", "sh", "-ec", "\n".join(steps), sys.executable] + sys.argv,
                              env=dict(os.environ, **{INSIDE: "1"}), check=False).returncode


if __name__ == "__main__":
    if os.environ.get(INSIDE):
        unittest.main()
    trouble = namespace_trouble()
    if trouble:
        print(f"skipped: no network namespace can be made here: {trouble}")
        sys.exit(77)
    sys.exit(enter_namespace())
