"""`holdfast siege` logs in to `holdfast target` with Basic and Digest, beside an independent client (Python's urllib) and,
where it is installed, the real siege.

HOLDFAST names the program.
"""

import os
import re
import subprocess
import tempfile
import time
import unittest
import urllib.error
import urllib.request

import siege_command_test as common


class Logins(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        port_file = os.path.join(cls.folder.name, "port")
        cls.target = subprocess.Popen([common.HOLDFAST, "target", "--listen", "127.0.0.1:0", "--port-file", port_file],
                                      stdout=subprocess.DEVNULL)
        cls.addClassCleanup(cls.target.wait, 10)
        cls.addClassCleanup(cls.target.terminate)
        deadline = time.monotonic() + 20
        port = ""
        while not port.endswith("\n") and time.monotonic() < deadline:
            time.sleep(0.02)
            if os.path.exists(port_file):
                with open(port_file, encoding="utf-8") as file:
                    port = file.read()
        cls.url = f"http://127.0.0.1:{int(port)}"

    def siege(self, program, path, rc):
        resources = os.path.join(self.folder.name, "siege.rc")
        with open(resources, "w", encoding="utf-8") as file:
            file.write(common.BASE_RC + rc)
        done = subprocess.run([*program, "-R", resources, "-c1", "-r3", "-v", self.url + path], capture_output=True,
                              text=True, timeout=60, check=False, env=dict(os.environ, HOME=self.folder.name))
        return re.findall(r"(?m)^HTTP/1\.1 (\d+)", re.sub(r"\x1b\[[0-9;]*m", "", done.stdout)), done.stderr

    def python(self, path, password="pw"):
        passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
        passwords.add_password(None, self.url, "me", password)
        client = urllib.request.build_opener(urllib.request.ProxyHandler({}),
                                             urllib.request.HTTPDigestAuthHandler(passwords))
        try:
            with client.open(self.url + path, timeout=20) as answer:
                return answer.status
        except urllib.error.HTTPError as refused:
            return refused.code

    def test_each_kind_of_login_is_challenged_once_and_then_kept(self):
        for path in ("/basic-auth/me/pw", "/digest-auth/me/pw", "/digest-auth/me/pw?qop=none",
                     "/digest-auth/me/pw?algorithm=MD5-sess", "/digest-auth/me/pw?algorithm=SHA-256",
                     "/digest-auth/me/pw?algorithm=SHA-256-sess"):
            statuses, messages = self.siege([common.HOLDFAST, "siege"], path, "login = me:pw\n")
            self.assertEqual(statuses, ["401", "200", "200", "200"], (path, messages))

    def test_a_login_for_another_realm_or_with_a_wrong_password_stays_out(self):
        for login in ("me:wrong", "me:pw:another realm", ""):
            statuses, messages = self.siege([common.HOLDFAST, "siege"], "/digest-auth/me/pw",
                                            f"login = {login}\n" if login else "")
            self.assertEqual(set(statuses), {"401"}, (login, messages))

    def test_the_target_agrees_with_an_independent_client(self):
        self.assertEqual(self.python("/digest-auth/me/pw"), 200)
        self.assertEqual(self.python("/digest-auth/me/pw?qop=none"), 200)
        self.assertEqual(self.python("/digest-auth/me/pw", "wrong"), 401)

    def test_the_real_siege_is_let_in_like_ours(self):
        if common.SIEGE is None:
            self.skipTest("siege is not installed")
        for path in ("/basic-auth/me/pw", "/digest-auth/me/pw"):
            theirs, messages = self.siege([common.SIEGE], path, "login = me:pw\n")
            ours, _ = self.siege([common.HOLDFAST, "siege"], path, "login = me:pw\n")
            self.assertEqual(theirs, ours, (path, messages))


if __name__ == "__main__":
    unittest.main()
