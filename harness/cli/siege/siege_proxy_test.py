"""`holdfast siege` with proxy-host: https through tunnels, and proxies that refuse, talk nonsense or say nothing.

HOLDFAST names the program.
"""

import os
import socket
import socketserver
import struct
import subprocess
import tempfile
import threading
import time
import unittest

import siege_command_test as common


class Proxy(socketserver.BaseRequestHandler):
    """Opens the tunnels that CONNECT asks for; hosts with a name of their own are treated as `behaviour` says."""

    def handle(self):
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            more = self.request.recv(4096)
            if not more:
                return
            head += more
        with self.server.lock:
            self.server.requests.append(head)
        behaviour = self.server.behaviour
        if behaviour == "silent":
            self.server.silence.wait(20)
        elif behaviour == "close":
            return
        elif behaviour == "reset":
            self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.request.close()
        elif behaviour == "garbage":
            self.request.sendall(b"\x00\x01 what is CONNECT?\r\n\r\n")
        elif behaviour == "endless":
            try:
                self.request.sendall(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 100000)
            except OSError:
                return
        elif behaviour.isdigit():
            self.request.sendall(f"HTTP/1.1 {behaviour} No\r\nContent-Length: 3\r\n\r\nno\n".encode())
        else:
            self.tunnel(head)

    def tunnel(self, head):
        host, port = head.split(b" ")[1].decode().rsplit(":", 1)
        with socket.create_connection((host, int(port))) as origin:
            # In two pieces, as a proxy may send it.
            self.request.sendall(b"HTTP/1.1 200 Connection est")
            self.request.sendall(b"ablished\r\n\r\n")
            back = threading.Thread(target=self.copy, args=(origin, self.request), daemon=True)
            back.start()
            self.copy(self.request, origin)
            back.join()

    @staticmethod
    def copy(source, sink):
        try:
            while chunk := source.recv(65536):
                sink.sendall(chunk)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass


class ThroughAProxy(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        port_file = os.path.join(cls.folder.name, "port")
        cls.target = subprocess.Popen([common.HOLDFAST, "target", "--listen", "127.0.0.1:0", "--tls-self-signed",
                                       "--port-file", port_file], stdout=subprocess.DEVNULL)
        cls.addClassCleanup(cls.end_target)
        cls.origin = f"127.0.0.1:{cls.port_in(port_file)}"
        cls.server = common.Server(("127.0.0.1", 0), Proxy)
        cls.server.lock, cls.server.silence = threading.Lock(), threading.Event()
        threading.Thread(target=cls.server.serve_forever, daemon=True).start()

    @classmethod
    def tearDownClass(cls):
        cls.server.silence.set()
        cls.server.shutdown()
        cls.server.server_close()

    @classmethod
    def end_target(cls):
        cls.target.terminate()
        cls.target.wait(10)
        cls.folder.cleanup()

    @staticmethod
    def port_in(path):
        """The file stands there, still empty, before its line does."""
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            if os.path.exists(path):
                with open(path, encoding="utf-8") as file:
                    if (text := file.read()).endswith("\n"):
                        return int(text)
            time.sleep(0.02)
        raise AssertionError("the target did not say its port")

    def siege(self, *arguments, rc="", behaviour="tunnel"):
        self.server.requests, self.server.behaviour = [], behaviour
        resources = os.path.join(self.folder.name, "siege.rc")
        with open(resources, "w", encoding="utf-8") as file:
            file.write(common.BASE_RC + f"proxy-host = 127.0.0.1\nproxy-port = {self.server.server_address[1]}\n" + rc)
        done = subprocess.run([common.HOLDFAST, "siege", "-R", resources, *arguments], capture_output=True, text=True,
                              timeout=60, check=False, env=dict(os.environ, HOME=self.folder.name))
        return common.Result(done.returncode, done.stdout, done.stderr, list(self.server.requests))

    def test_https_goes_through_a_tunnel(self):
        result = self.siege("-c3", "-r4", f"https://{self.origin}/status/200", rc="proxy-login = joe:pw\n")
        self.assertEqual(result.figure("Transactions"), 12, result.err)
        self.assertEqual(result.figure("Failed transactions"), 0)
        self.assertEqual(result.requests, [
            f"CONNECT {self.origin} HTTP/1.1\r\nHost: {self.origin}\r\n"
            "Proxy-Authorization: Basic am9lOnB3\r\n\r\n".encode()] * 12)

    def test_a_kept_connection_is_one_tunnel(self):
        result = self.siege("-c1", "-r5", f"https://{self.origin}/bytes/100000", rc="connection = keep-alive\n")
        self.assertEqual(result.figure("Transactions"), 5, result.err)
        self.assertEqual(len(result.requests), 1)
        self.assertNotIn(b"Proxy-Authorization", result.requests[0])

    def test_the_server_does_not_learn_the_login_for_the_proxy(self):
        result = self.siege("-p", f"https://{self.origin}/echo", rc="proxy-login = joe:pw\n")
        self.assertIn('"method":"GET"', result.out)
        self.assertNotIn("Proxy-Authorization", result.out)

    def test_a_proxy_that_does_not_open_a_tunnel_is_a_failed_connect(self):
        for behaviour, problem in (("407", "the proxy answered CONNECT with status 407"),
                                   ("302", "the proxy answered CONNECT with status 302"),
                                   ("garbage", "the proxy's answer to CONNECT is not HTTP: "),
                                   ("endless", "the proxy's answer to CONNECT is not HTTP: "),
                                   ("close", "the proxy closed the connection instead of answering CONNECT"),
                                   ("reset", "the proxy reset the connection instead of answering CONNECT")):
            with self.subTest(behaviour):
                result = self.siege("--more", "-c1", "-r2", f"https://{self.origin}/", behaviour=behaviour)
                self.assertEqual(result.err.count(f"socket: unable to connect 127.0.0.1:{self.server.server_address[1]}: "
                                                  + problem), 2, result.err)
                self.assertEqual(result.figure("Failed transactions"), 2)

    def test_the_time_limit_covers_a_silent_proxy(self):
        result = self.siege("-c1", "-r1", f"https://{self.origin}/", rc="timeout = 1\n", behaviour="silent")
        self.assertIn("unable to connect", result.err)
        self.assertIn("Connection timed out", result.err)
        self.assertLess(result.figure("Elapsed time"), 10)

    def test_a_failing_server_behind_the_tunnel_is_named_itself(self):
        with socket.socket() as plain:
            plain.bind(("127.0.0.1", 0))
            plain.listen()
            place = f"127.0.0.1:{plain.getsockname()[1]}"

            def answer():
                connection, _ = plain.accept()
                with connection:
                    connection.recv(4096)
                    connection.sendall(b"HTTP/1.1 400 this is no TLS\r\n\r\n")

            threading.Thread(target=answer, daemon=True).start()
            result = self.siege("-c1", "-r1", f"https://{place}/")
        self.assertIn(f"Failed to make an SSL connection to {place}: the peer does not speak TLS", result.err)


if __name__ == "__main__":
    unittest.main()
