"""A stock kubectl against `holdfast up` with the Book Shop: every verb that the local cluster has.

Run by ctest with HOLDFAST and KUBECTL set; by hand: HOLDFAST=build/dev/harness/cli/holdfast python3 up_kubectl_test.py
"""

import json
import re
import subprocess
import time
import unittest
import urllib.request

from up_test_support import BOOKSHOP, KUBECTL, Cluster, poll

SLEEPER = """
apiVersion: v1
kind: Pod
metadata: { name: sleeper, labels: { app: sleeper } }
spec:
  terminationGracePeriodSeconds: 1
  containers:
    - name: main
      image: any
      command: [sh, -c, "echo first line; echo second line; exec sleep 300"]
"""


@unittest.skipUnless(KUBECTL, "no kubectl: install Debian's kubernetes-client (harness/setup does)")
class Kubectl(unittest.TestCase):
    """One shop for all tests: each leaves it as it was."""

    @classmethod
    def setUpClass(cls):
        cls.shop = Cluster(BOOKSHOP)
        try:
            cls.shop.wait_until_ready()
        except BaseException:
            cls.shop.__exit__()
            raise

    @classmethod
    def tearDownClass(cls):
        cls.shop.__exit__()

    def ready(self, deployment):
        self.shop.kubectl("rollout", "status", f"deploy/{deployment}", "--timeout=60s")

    def tearDown(self):
        for kind in ("pod/sleeper", "configmap/extra", "deployment/web", "hpa/web", "service/web"):
            self.shop.run("delete", kind, "--ignore-not-found", "--grace-period=1")

    # get

    def test_get_shows_tables_of_every_kind(self):
        for kind, heads, row in [("pods", "NAME READY STATUS RESTARTS AGE", r"book-\S+ +1/1 +Running +0"),
                                 ("deploy", "NAME READY UP-TO-DATE AVAILABLE AGE", r"book +1/1 +1 +1"),
                                 ("rs", "NAME DESIRED CURRENT READY AGE", r"book-\S+ +1 +1 +1"),
                                 ("svc", "NAME TYPE CLUSTER-IP EXTERNAL-IP PORT(S) AGE",
                                  r"gateway +LoadBalancer +127\.\d+\.\d+\.\d+ +127\.0\.0\.1 +8080"),
                                 ("endpoints", "NAME ENDPOINTS AGE", r"book +127\.\d+\.\d+\.\d+:8080"),
                                 ("hpa", "NAME REFERENCE TARGETS MINPODS MAXPODS REPLICAS AGE",
                                  r"book +Deployment/book +\S+/80% +1 +3 +1"),
                                 ("configmap", "NAME DATA AGE", r"bookshop +4"),
                                 ("pvc", "NAME STATUS VOLUME CAPACITY ACCESS MODES STORAGECLASS AGE",
                                  r"book-state +Bound"),
                                 ("events", "LAST SEEN TYPE REASON OBJECT MESSAGE", r"Normal +Started +pod/book-"),
                                 ("nodes", "NAME STATUS ROLES AGE VERSION", r"local +Ready"),
                                 ("namespaces", "NAME STATUS AGE", r"default +Active")]:
            with self.subTest(kind):
                table = self.shop.kubectl("get", kind)
                self.assertEqual(table.splitlines()[0].split(), heads.split())
                self.assertRegex(table, row)

    def test_get_secret_after_it_was_made(self):
        self.shop.kubectl("create", "secret", "generic", "pass", "--from-literal=word=x1")
        try:
            self.assertRegex(self.shop.kubectl("get", "secret", "pass"), r"pass +Opaque +1")
        finally:
            self.shop.kubectl("delete", "secret", "pass")

    def test_get_wide_yaml_json_jsonpath_and_labels(self):
        wide = self.shop.kubectl("get", "pods", "-o", "wide", "-l", "app=book")
        self.assertRegex(wide, r"book-\S+ .*127\.\d+\.\d+\.\d+ +local")
        self.assertEqual(len(wide.splitlines()), 2)
        self.assertIn("kind: Deployment", self.shop.kubectl("get", "deploy", "book", "-o", "yaml"))
        self.assertEqual(self.shop.get("deploy", "book")["spec"]["replicas"], 1)
        self.assertEqual(self.shop.kubectl("get", "deploy", "book", "-o", "jsonpath={.spec.template.spec.containers[0].image}"),
                         "bookshop/book:v7")
        names = self.shop.kubectl("get", "svc", "-o", "name").split()
        self.assertIn("service/gateway", names)

    def test_get_watches(self):
        watch = self.shop.begin("get", "pods", "-w", "-l", "app=sleeper")
        try:
            self.shop.kubectl("apply", "-f", "-", given=SLEEPER)
            line = poll(lambda: re.search(r"sleeper +1/1 +Running", watch.stdout.readline()), "the watch shows the pod")
            self.assertTrue(line)
        finally:
            watch.kill()
            watch.communicate()

    def test_describe_tells_events_and_conditions(self):
        pod = self.shop.kubectl("describe", "pods", "-l", "app=book")
        for part in ("Status: +Running", "Ready +True", "Image: +bookshop/book:v7", "Readiness: +tcp-socket",
                     "Scheduled .*Successfully assigned default/book-", "Started .*Started container book"):
            self.assertRegex(pod, part)
        self.assertIn("RollingUpdateStrategy", self.shop.kubectl("describe", "deploy", "book"))
        self.assertIn("Endpoints:", self.shop.kubectl("describe", "svc", "book"))
        self.assertRegex(self.shop.kubectl("describe", "hpa", "book"), "(?i)cpu .*80%")

    # what goes through the shop

    def test_the_shop_answers_at_the_gateway(self):
        address = self.shop.kubectl("get", "svc", "gateway", "-o", "jsonpath={.spec.clusterIP}")
        with urllib.request.urlopen(f"http://{address}:8080/books", timeout=10) as answer:
            self.assertEqual(answer.status, 200)
            json.load(answer)

    # changes

    def test_create_configmap_and_delete(self):
        self.shop.kubectl("create", "configmap", "extra", "--from-literal=a=1", "--from-literal=b=2")
        self.assertEqual(self.shop.get("configmap", "extra")["data"], {"a": "1", "b": "2"})
        code, said = self.shop.run("create", "configmap", "extra", "--from-literal=a=1")
        self.assertNotEqual(code, 0)
        self.assertRegex(said, "AlreadyExists|already exists")
        self.shop.kubectl("delete", "configmap", "extra")
        self.assertIn("NotFound", self.shop.run("get", "configmap", "extra")[1])

    def test_create_makes_objects_from_arguments(self):
        for kind, arguments, path, value in [
                ("secret", "generic extra --from-literal=a=1", "{.data.a}", "MQ=="),
                ("namespace", "extra", "{.status.phase}", "Active"),
                ("serviceaccount", "extra", "{.metadata.name}", "extra"),
                ("deployment", "extra --image=any -- sleep 300", "{.spec.template.spec.containers[0].command[1]}", "300"),
                ("service", "clusterip extra --tcp=80:8080", "{.spec.ports[0].targetPort}", "8080")]:
            with self.subTest(kind):
                try:
                    self.shop.kubectl("create", kind, *arguments.split())
                    self.assertEqual(self.shop.kubectl("get", kind, "extra", "-o", f"jsonpath={path}"), value)
                finally:
                    self.shop.run("delete", kind, "extra", "--ignore-not-found", "--grace-period=1")

    def test_apply_twice_and_changed(self):
        self.assertIn("pod/sleeper created", self.shop.kubectl("apply", "-f", "-", given=SLEEPER))
        self.assertIn("pod/sleeper unchanged", self.shop.kubectl("apply", "-f", "-", given=SLEEPER))
        changed = SLEEPER.replace("app: sleeper }", "app: sleeper, tier: test }")
        self.assertIn("pod/sleeper configured", self.shop.kubectl("apply", "-f", "-", given=changed))
        self.assertEqual(self.shop.get("pod", "sleeper")["metadata"]["labels"]["tier"], "test")

    def test_apply_refuses_with_the_field(self):
        code, said = self.shop.run("apply", "-f", "-", given=SLEEPER.replace("command:", "comand:"))
        self.assertNotEqual(code, 0)
        self.assertIn("comand", said)

    def test_set_image_rolls_out_and_undo_goes_back(self):
        self.shop.kubectl("set", "image", "deploy/review", "review=bookshop/review:v8")
        self.ready("review")
        self.assertEqual(self.shop.get("pods", "-l", "app=review")["items"][0]["spec"]["containers"][0]["image"],
                         "bookshop/review:v8")
        history = self.shop.kubectl("rollout", "history", "deploy/review")
        self.assertGreaterEqual(len([line for line in history.splitlines() if re.match(r"\d+ ", line)]), 2)
        self.shop.kubectl("rollout", "undo", "deploy/review")
        self.ready("review")
        self.assertEqual(self.shop.get("deploy", "review")["spec"]["template"]["spec"]["containers"][0]["image"],
                         "bookshop/review:v7")

    def test_a_new_version_is_visibly_different(self):
        self.shop.kubectl("set", "image", "deploy/delivery", "delivery=bookshop/delivery:v9")
        self.ready("delivery")
        address = self.shop.kubectl("get", "svc", "delivery", "-o", "jsonpath={.spec.clusterIP}")
        with urllib.request.urlopen(f"http://{address}:8080/deliveries", timeout=10) as answer:
            self.assertEqual(answer.headers["X-Version"], "v9")
        self.shop.kubectl("rollout", "undo", "deploy/delivery")
        self.ready("delivery")

    def test_rollout_pause_resume_restart(self):
        self.shop.kubectl("rollout", "pause", "deploy/mypage")
        self.shop.kubectl("set", "env", "deploy/mypage", "EXTRA=1")
        self.assertEqual(len(self.shop.get("rs", "-l", "app=mypage")["items"]), 1)
        self.shop.kubectl("rollout", "resume", "deploy/mypage")
        self.ready("mypage")
        self.assertEqual(len(self.shop.get("rs", "-l", "app=mypage")["items"]), 2)
        before = self.shop.get("pods", "-l", "app=mypage")["items"][0]["metadata"]["name"]
        self.shop.kubectl("rollout", "restart", "deploy/mypage")
        self.ready("mypage")
        self.shop.poll_kubectl(["get", "pods", "-l", "app=mypage", "-o", "name"],
                               lambda said: before not in said and said.strip(), "another pod runs")

    def test_scale_up_and_down(self):
        self.shop.kubectl("apply", "-f", "-", given=self.web(1))
        self.shop.kubectl("scale", "deploy/web", "--replicas=3")
        self.ready("web")
        self.shop.poll_kubectl(["get", "pods", "-l", "app=web", "-o", "name"],
                               lambda said: len(said.split()) == 3, "those of an earlier test have gone")
        self.shop.kubectl("scale", "deploy/web", "--replicas=1")
        self.shop.poll_kubectl(["get", "pods", "-l", "app=web", "-o", "name"],
                               lambda said: len(said.split()) == 1, "one pod is left")
        self.assertIn("error", self.shop.run("scale", "deploy/web", "--current-replicas=7", "--replicas=2")[1].lower())

    def test_autoscale_makes_a_v1_autoscaler(self):
        self.shop.kubectl("apply", "-f", "-", given=self.web(1))
        self.shop.kubectl("autoscale", "deploy", "web", "--cpu-percent=15", "--min=2", "--max=10")
        self.shop.poll_kubectl(["get", "deploy", "web", "-o", "jsonpath={.spec.replicas}"], lambda said: said == "2",
                               "it grows to its minimum")
        self.assertRegex(self.shop.kubectl("get", "hpa", "web"), r"web +Deployment/web +\S+/15% +2 +10")

    def test_expose_makes_a_service_that_answers(self):
        self.shop.kubectl("expose", "deploy", "book", "--name=web", "--port=9000", "--target-port=8080")
        address = self.shop.poll_kubectl(["get", "svc", "web", "-o", "jsonpath={.spec.clusterIP}"], bool, "it has one")

        def answers():
            try:
                with urllib.request.urlopen(f"http://{address}:9000/books", timeout=5) as answer:
                    return answer.status == 200
            except OSError:
                return False
        poll(answers, "the Service brings the request to a pod")

    def test_patches_of_three_kinds(self):
        self.shop.kubectl("apply", "-f", "-", given=SLEEPER)
        for kind, patch in [("strategic", '{"metadata":{"labels":{"s":"1"}}}'),
                            ("merge", '{"metadata":{"labels":{"m":"1"}}}'),
                            ("json", '[{"op":"add","path":"/metadata/labels/j","value":"1"}]')]:
            self.shop.kubectl("patch", "pod", "sleeper", "--type", kind, "-p", patch)
        labels = self.shop.get("pod", "sleeper")["metadata"]["labels"]
        self.assertEqual((labels["s"], labels["m"], labels["j"]), ("1", "1", "1"))

    def test_an_outdated_edit_is_a_conflict(self):
        self.shop.kubectl("apply", "-f", "-", given=SLEEPER)
        outdated = self.shop.kubectl("get", "pod", "sleeper", "-o", "json")
        self.shop.kubectl("label", "pod", "sleeper", "changed=yes")
        code, said = self.shop.run("replace", "-f", "-", given=outdated)
        self.assertNotEqual(code, 0)
        self.assertIn("the object has been modified", said)

    def test_replace_by_force_makes_another_pod(self):
        self.shop.kubectl("apply", "-f", "-", given=SLEEPER)
        self.shop.kubectl("wait", "--for=condition=Ready", "pod/sleeper", "--timeout=60s")
        before = self.shop.get("pod", "sleeper")["metadata"]["uid"]
        given = self.shop.kubectl("get", "pod", "sleeper", "-o", "yaml")
        self.shop.kubectl("replace", "--force", "-f", "-", given=given)
        self.shop.kubectl("wait", "--for=condition=Ready", "pod/sleeper", "--timeout=60s")
        self.assertNotEqual(self.shop.get("pod", "sleeper")["metadata"]["uid"], before)

    # logs, top, wait

    def test_logs(self):
        self.shop.kubectl("apply", "-f", "-", given=SLEEPER)
        self.shop.kubectl("wait", "--for=condition=Ready", "pod/sleeper", "--timeout=60s")
        self.shop.poll_kubectl(["logs", "sleeper"], lambda said: said == "first line\nsecond line\n", "both lines")
        self.assertEqual(self.shop.kubectl("logs", "sleeper", "--tail=1"), "second line\n")
        self.assertRegex(self.shop.kubectl("logs", "sleeper", "--timestamps"), r"^\d{4}-\d\d-\d\dT\S+Z first line")
        self.assertIn("previous terminated container", self.shop.run("logs", "sleeper", "--previous")[1])

    def test_logs_follow_until_the_pod_ends(self):
        self.shop.kubectl("apply", "-f", "-", given=SLEEPER)
        self.shop.kubectl("wait", "--for=condition=Ready", "pod/sleeper", "--timeout=60s")
        follower = self.shop.begin("logs", "-f", "sleeper")
        self.assertEqual(follower.stdout.readline(), "first line\n")
        self.shop.kubectl("delete", "pod", "sleeper", "--grace-period=1")
        try:
            follower.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            follower.kill()
            follower.communicate()
            self.fail("the follower does not end")

    def test_top_pods(self):
        table = self.shop.poll_kubectl(["top", "pods"], lambda said: "book-" in said, "samples are there")
        self.assertRegex(table, r"book-\S+ +\d+m +\d+Mi")

    def test_wait_until_deleted(self):
        self.shop.kubectl("apply", "-f", "-", given=SLEEPER)
        self.shop.kubectl("wait", "--for=condition=Ready", "pod/sleeper", "--timeout=60s")
        waits = self.shop.begin("wait", "--for=delete", "pod/sleeper", "--timeout=60s")
        self.shop.poll_kubectl(["get", "pods"], lambda said: "sleeper" in said, "kubectl wait has had its time to begin")
        self.shop.kubectl("delete", "pod", "sleeper")
        said, _ = waits.communicate(timeout=60)
        self.assertEqual(waits.returncode, 0, said)

    # faults on the path

    def events_of(self, service):
        found = self.shop.get("events", "--field-selector", f"involvedObject.kind=Service,involvedObject.name={service}")
        return [f"{each['reason']}: {each['message']}" for each in found["items"]]

    def wait_for_event(self, service, words):
        return poll(lambda: next((event for event in self.events_of(service) if words in event), None), words)

    def test_a_latency_is_switched_on_and_off_and_seen_from_outside(self):
        address = self.shop.kubectl("get", "svc", "review", "-o", "jsonpath={.spec.clusterIP}")

        def least_seconds():
            found = []
            for _ in range(10):
                begin = time.monotonic()
                with urllib.request.urlopen(f"http://{address}:8080/reviews", timeout=10) as answer:
                    answer.read()
                found.append(time.monotonic() - begin)
            return min(found)

        before = [least_seconds()]
        self.shop.kubectl("annotate", "svc", "review", "holdfast.io/faults=latency delay=100ms")
        self.assertIn("added latency", self.wait_for_event("review", "FaultActive: latency delay=100ms"))
        during = [least_seconds()]
        self.shop.kubectl("annotate", "svc", "review", "holdfast.io/faults-")
        self.wait_for_event("review", "FaultGone: latency delay=100ms")

        # A busy machine makes each of them longer, so the shortest of several is what counts.
        def differs_by_the_delay():
            return abs(min(during) - min(before) - 0.1) <= 0.005
        for _ in range(5):
            if differs_by_the_delay():
                break
            before.append(least_seconds())
            self.shop.kubectl("annotate", "svc", "review", "holdfast.io/faults=latency delay=100ms")
            poll(lambda: least_seconds() > 0.09, "it acts again")
            during.append(least_seconds())
            self.shop.kubectl("annotate", "svc", "review", "holdfast.io/faults-")
            poll(lambda: least_seconds() < 0.09, "it is gone again")
        self.assertTrue(differs_by_the_delay(), f"without {min(before):.4f} s, with {min(during):.4f} s")

    def test_a_fault_follows_the_ports_of_its_service(self):
        self.shop.kubectl("annotate", "svc", "delivery", "holdfast.io/faults=latency delay=90ms")
        self.wait_for_event("delivery", "FaultActive: latency delay=90ms")
        address, port = self.shop.kubectl("get", "svc", "delivery", "-o",
                                          "jsonpath={.spec.clusterIP}:{.spec.ports[0].port}").split(":")
        self.shop.kubectl("patch", "svc", "delivery", "--type=json", "-p",
                          '[{"op": "replace", "path": "/spec/ports/0/name", "value": "web"},'
                          ' {"op": "add", "path": "/spec/ports/-", "value": {"name": "more", "port": 81, "targetPort": "http"}}]')
        self.wait_for_event("delivery", "FaultGone: latency delay=90ms")

        def seconds(at):
            begin = time.monotonic()
            try:
                with urllib.request.urlopen(f"http://{address}:{at}/deliveries", timeout=10) as answer:
                    answer.read()
            except OSError:
                return 0  # its endpoints are not there yet
            return time.monotonic() - begin
        for each in (port, "81"):
            poll(lambda: seconds(each) >= 0.09, f"the fault acts on port {each}")
        self.shop.kubectl("annotate", "svc", "delivery", "holdfast.io/faults-")

    def test_a_fault_that_is_none_is_refused_with_what_was_meant(self):
        self.shop.kubectl("annotate", "svc", "mypage", "holdfast.io/faults=latncy delay=100ms; bandwidth rate=fast")
        told = self.wait_for_event("mypage", "FaultRefused")
        self.shop.kubectl("annotate", "svc", "mypage", "holdfast.io/faults-")
        for words in ("latncy", "latency", "rate", "fast"):
            self.assertIn(words, told)

    # what is not there

    def test_exec_and_port_forward_say_so(self):
        self.shop.kubectl("apply", "-f", "-", given=SLEEPER)
        self.shop.kubectl("wait", "--for=condition=Ready", "pod/sleeper", "--timeout=60s")
        for arguments in (("exec", "sleeper", "--", "true"), ("port-forward", "sleeper", "12345:80")):
            with self.subTest(arguments[0]):
                code, said = self.shop.run(*arguments)
                self.assertNotEqual(code, 0)
                self.assertRegex(said, "(?i)not (implemented|supported|there)|local cluster")

    def test_kinds_that_are_not_there_are_refused_by_name(self):
        code, said = self.shop.run("apply", "-f", "-", given="apiVersion: apps/v1\nkind: StatefulSet\n"
                                                             "metadata: { name: x }\nspec: {}\n")
        self.assertNotEqual(code, 0)
        self.assertIn("StatefulSet", said)

    @staticmethod
    def web(replicas):
        return f"""
apiVersion: apps/v1
kind: Deployment
metadata: {{ name: web }}
spec:
  replicas: {replicas}
  selector: {{ matchLabels: {{ app: web }} }}
  template:
    metadata: {{ labels: {{ app: web }} }}
    spec:
      terminationGracePeriodSeconds: 1
      containers:
        - name: web
          image: any
          command: [sleep, "300"]
          resources: {{ requests: {{ cpu: 100m }} }}
"""


if __name__ == "__main__":
    unittest.main()
