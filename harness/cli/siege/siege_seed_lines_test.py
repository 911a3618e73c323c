"""The command lines that people have in their scripts, typed as they stand, each against a target of its own.

Their host names and addresses exist in a network namespace only, which this test makes (unshare, a hosts file mounted over
/etc/hosts, the addresses on its loopback device): nothing leaves it. Each line is ended by Ctrl-C after a second, as its
authors did, so that lines of six minutes fit a test; HOLDFAST_SEED_LINES=whole lets them run to their own end.
"""

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
WHOLE = os.environ.get("HOLDFAST_SEED_LINES") == "whole"
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
        # A few milliseconds an answer, so that a second of 200 users does not print megabytes.
        cls.target = subprocess.Popen(
            [HOLDFAST, "target", "--listen", "0.0.0.0:8080", "--latency", "constant:20ms", "--port-file", cls.ports],
            stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 10
        while not os.path.exists(cls.ports) and time.monotonic() < deadline:
            time.sleep(0.02)

    @classmethod
    def tearDownClass(cls):
        cls.target.send_signal(signal.SIGTERM)
        cls.target.wait(10)
        cls.folder.cleanup()

    def run_line(self, line):
        environment = dict(os.environ, PATH=self.bin + ":" + os.environ["PATH"], HOME=self.folder.name)
        # exec: the signal shall reach siege and not a shell around it.
        run = subprocess.Popen(["sh", "-c", "exec " + line], env=environment, stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            if not WHOLE:
                time.sleep(1.2)
                run.send_signal(signal.SIGINT)
            output, messages = run.communicate(timeout=400 if WHOLE else 60)
        finally:
            run.kill()
        return run.returncode, output, messages

    def test_every_line_runs_as_it_stands(self):
        for name, line in LINES.items():
            with self.subTest(name):
                code, output, messages = self.run_line(line)
                self.assertEqual(code, 0, messages)
                text = output + messages
                users = re.search(r"-c(\d+)", line).group(1)
                self.assertIn(f"Preparing {users} concurrent users for battle.", text)
                hits = int(re.search(r"Transactions:\s+(\d+) hits", text).group(1))
                self.assertGreater(hits, 0)
                self.assertRegex(text, r"Availability:\s+100\.00 %")
                self.assertRegex(text, r"Successful transactions:\s+%d\n" % hits)
                self.assertRegex(text, r"Failed transactions:\s+0\n")
                if "-r10" in line:  # time wins over repetitions
                    self.assertIn("CONFIG conflict", text)
                shown = "POST" if "POST" in line else "GET"
                self.assertRegex(text, r"(?m)HTTP/1\.1 200 +[\d.]+ secs: +\d+ bytes ==> %s" % shown)


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
