"""Nothing is left of `holdfast up`, however it ends: processes, addresses, control groups, files.

Run by ctest with HOLDFAST set. HOLDFAST_KILLS: how often it is killed at a random moment (6).
"""

import os
import pathlib
import random
import signal
import time
import unittest

from up_test_support import Cluster, listeners_on, manifests, poll, processes_of_run, processes_with_argument

KILLS = int(os.environ.get("HOLDFAST_KILLS", "6"))

# Pods that leave their group, ignore SIGTERM, fail, write, listen by way of a Service, and have volumes.
SYSTEM = """
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: data }
spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Mi } } }
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [ { port: 8080 } ] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - name: main
          image: any
          command: [sh, -c, "trap '' TERM; setsid sh -c 'sleep 298 & sleep 299' & while :; do echo line; sleep 0.05; done"]
          resources: { limits: { cpu: 100m, memory: 64Mi } }
          volumeMounts: [ { name: data, mountPath: /srv/holdfast-test/data } ]
          readinessProbe: { exec: { command: ["true"] }, periodSeconds: 1 }
      volumes: [ { name: data, persistentVolumeClaim: { claimName: data } } ]
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: crash }
spec:
  selector: { matchLabels: { app: crash } }
  template:
    metadata: { labels: { app: crash } }
    spec:
      containers: [ { name: main, image: any, command: [sh, -c, "sleep 0.1; exit 1"] } ]
"""


class Cleanup(unittest.TestCase):
    def setUp(self):
        self.files = manifests(system_yaml=SYSTEM)
        self.addCleanup(self.files.__exit__, None, None, None)
        self.folder = self.files.__enter__()

    def run_of(self, cluster):
        """Its id, as soon as it has one."""
        base = cluster.folder / f"holdfast-{os.getuid()}"
        found = poll(lambda: [path for path in base.glob("*") if path.is_dir()] if base.exists() else [],
                     "it has a folder")
        return found[0]

    def check_nothing_is_left(self, cluster, run, network):
        poll(lambda: not processes_of_run(run.name), "its processes end", 30)
        poll(lambda: not run.exists() and not run.with_suffix(".lock").exists(), "its folder goes", 30)
        poll(lambda: not (network and listeners_on(network)), "its addresses are given back", 30)
        # os.walk passes over groups that end meanwhile: those of other runs.
        for place, groups, _ in os.walk("/sys/fs/cgroup"):
            for group in groups:
                self.assertNotIn(run.name, group, f"a control group is left in {place}")
        self.assertEqual([path.name for path in cluster.folder.rglob("*") if path.is_file()
                          and path.name != "kubeconfig"], [])

    def end(self, how):
        with Cluster(self.folder) as cluster:
            run = self.run_of(cluster)
            cluster.wait_for("web")
            network = int(cluster.wait_for("local cluster on").split("127.")[1].split(".")[0])
            poll(lambda: len(processes_of_run(run.name)) > 6, "its pods run")
            code = cluster.stop(how)
            self.check_nothing_is_left(cluster, run, network)
            return code

    def test_after_ctrl_c(self):
        self.assertEqual(self.end(signal.SIGINT), 0)

    def test_after_sigterm(self):
        self.assertEqual(self.end(signal.SIGTERM), 0)

    def test_after_a_closed_terminal(self):
        self.assertEqual(self.end(signal.SIGHUP), 0)

    def test_after_sigkill(self):
        self.assertEqual(self.end(signal.SIGKILL), -signal.SIGKILL)

    def test_after_ctrl_c_twice(self):
        with Cluster(self.folder) as cluster:
            run = self.run_of(cluster)
            poll(lambda: len(processes_of_run(run.name)) > 6, "its pods run")
            cluster.process.send_signal(signal.SIGINT)
            cluster.wait_for("ending")
            self.assertIn(cluster.stop(signal.SIGINT), (130, 0))
            self.check_nothing_is_left(cluster, run, None)

    def test_after_sigkill_at_random_moments(self):
        for number in range(KILLS):
            wait = random.Random(number).uniform(0, 1.5)
            with self.subTest(f"after {wait:.2f} s"), Cluster(self.folder) as cluster:
                time.sleep(wait)
                base = cluster.folder / f"holdfast-{os.getuid()}"
                runs = [path for path in base.glob("*") if path.is_dir()] if base.exists() else []
                cluster.stop(signal.SIGKILL)
                for run in runs:
                    self.let_the_next_start_clean_up_when_it_had_no_guardian(cluster, run)
                    self.check_nothing_is_left(cluster, run, None)

    def let_the_next_start_clean_up_when_it_had_no_guardian(self, cluster, run):
        poll(lambda: not processes_with_argument(run.name), "its guardian ends", 30)
        if run.exists():
            self.assertEqual(processes_of_run(run.name), [], "it was killed before it had started anything")
            self.assertEqual(list(run.iterdir()), [])
            with Cluster(self.folder, folder=cluster.folder) as next_one:
                next_one.wait_for("web")


if __name__ == "__main__":
    unittest.main()
