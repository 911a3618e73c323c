#!/usr/bin/env python3
"""Reads the manifests as kubectl does and checks what a cluster would find out late: names that lead nowhere, selectors
that select nothing, containers without probes or resources. Every object is also checked against the Kubernetes OpenAPI
schema (reference-services/manifest-check, whose packages harness/setup installs).

Exit code: 0 all well, 1 problems, 77 skipped because there is no kubectl or no schema."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
EXPERIMENTS = sorted((HERE.parent / "experiments").iterdir())
SERVICES = ["book", "order", "delivery", "mypage", "review"]
SCHEMA_CHECK = HERE.parents[1] / "manifest-check"
# Older ones do not know the form of the overlays.
FIRST_KUBECTL_FOR_OVERLAYS = (1, 21)


def kubectl(*arguments, text=None):
    done = subprocess.run(["kubectl", *arguments], input=text, capture_output=True, text=True, timeout=60)
    if done.returncode != 0:
        sys.exit(f"kubectl {' '.join(arguments)}: {done.stderr.strip()}")
    return done.stdout


def objects_of(folder):
    """Everything that `kubectl apply -k` would send. No cluster is needed to find out."""
    built = kubectl("kustomize", str(folder))
    listed = kubectl("annotate", "--local", "-f", "-", "checked=yes", "-o", "json", text=built)
    decoder, at, found = json.JSONDecoder(), 0, []
    while at < len(listed.rstrip()):
        each, at = decoder.raw_decode(listed, at)
        found += each["items"] if each["kind"] == "List" else [each]
        while at < len(listed) and listed[at].isspace():
            at += 1
    return {(each["kind"], each["metadata"]["name"]): each for each in found}


def container_of(deployment):
    return deployment["spec"]["template"]["spec"]["containers"][0]


def references(deployment):
    """Kind and name of every object that its pods need, and the key in it."""
    pod = deployment["spec"]["template"]["spec"]
    for volume in pod.get("volumes", []):
        yield "PersistentVolumeClaim", volume["persistentVolumeClaim"]["claimName"], None
    for source in container_of(deployment).get("envFrom", []):
        yield "ConfigMap", source["configMapRef"]["name"], None
    for variable in container_of(deployment).get("env", []):
        if key := variable.get("valueFrom", {}).get("configMapKeyRef"):
            yield "ConfigMap", key["name"], key["key"]


def problems_of_deployment(name, objects):
    deployment = objects["Deployment", name]
    labels = deployment["spec"]["template"]["metadata"]["labels"]
    for kind, named in (("Deployment", deployment["spec"]["selector"]["matchLabels"]),
                        ("Service", objects["Service", name]["spec"]["selector"])):
        if not named.items() <= labels.items():
            yield f"{kind} {name}: selects none of its pods"
    for kind, other, key in references(deployment):
        if (kind, other) not in objects:
            yield f"Deployment {name}: there is no {kind} {other}"
        elif key and key not in objects[kind, other]["data"]:
            yield f"Deployment {name}: {kind} {other} has no {key}"
    container = container_of(deployment)
    volumes = {volume["name"] for volume in deployment["spec"]["template"]["spec"].get("volumes", [])}
    for mount in container.get("volumeMounts", []):
        if mount["name"] not in volumes:
            yield f"Deployment {name}: mounts {mount['name']}, which is no volume of it"
    if container["image"] != f"bookshop/{name}:v7":
        yield f"Deployment {name}: image {container['image']}"
    for limit in ("requests", "limits"):
        if "cpu" not in container.get("resources", {}).get(limit, {}):
            yield f"Deployment {name}: no {limit} of cpu, so nothing can be scaled by it"
    ports = {port["name"] for port in container["ports"]}
    for port in objects["Service", name]["spec"]["ports"]:
        if port["targetPort"] not in ports:
            yield f"Service {name}: the pods have no port {port['targetPort']}"


def problems_of_shop(objects):
    for name in [*SERVICES, "gateway"]:
        for kind in ("Deployment", "Service", "HorizontalPodAutoscaler"):
            if (kind, name) not in objects:
                yield f"there is no {kind} {name}"
                return
        yield from problems_of_deployment(name, objects)
        target = objects["HorizontalPodAutoscaler", name]["spec"]["scaleTargetRef"]
        if (target["kind"], target["name"]) not in objects:
            yield f"HorizontalPodAutoscaler {name}: scales {target['name']}, which does not exist"
        for probe in ("readinessProbe", "livenessProbe"):
            if probe not in container_of(objects["Deployment", name]):
                yield f"Deployment {name}: no {probe}"
    routed = objects["ConfigMap", "gateway-routes"]["data"]["routes"]
    for route in routed.split(","):
        if route.split("=http://")[-1].split(":")[0] not in SERVICES:
            yield f"gateway: {route} leads nowhere"


def problems_of_experiments(objects):
    for folder in EXPERIMENTS:
        there = objects_of(folder)
        differing = [key for key in objects if there.get(key) != objects[key]]
        if len(differing) != 1 or there.keys() != objects.keys():
            yield f"experiment {folder.name}: changes {differing or 'nothing'}"
        yield from schema_problems(there)


def schema_problems(objects):
    done = subprocess.run(["node", str(SCHEMA_CHECK / "check.mjs")], input=json.dumps(list(objects.values())),
                          capture_output=True, text=True, timeout=120)
    if done.stderr:
        sys.exit(f"manifest-check: {done.stderr.strip()}")
    yield from done.stdout.splitlines()


def kubectl_version():
    told = json.loads(kubectl("version", "--client", "-o", "json"))["clientVersion"]
    return int(told["major"]), int(told["minor"].rstrip("+"))


def main():
    if not shutil.which("kubectl"):
        print("SKIPPED: there is no kubectl to read the manifests with")
        return 77
    if not shutil.which("node") or not (SCHEMA_CHECK / "node_modules").is_dir():
        print("SKIPPED: the schema is not installed: run harness/setup")
        return 77
    objects = objects_of(HERE)
    problems = [*problems_of_shop(objects), *schema_problems(objects)]
    overlays = f"{len(EXPERIMENTS)} experiments"
    if kubectl_version() >= FIRST_KUBECTL_FOR_OVERLAYS:
        problems += problems_of_experiments(objects)
    else:
        overlays = f"experiments NOT CHECKED: kubectl before {'.'.join(map(str, FIRST_KUBECTL_FOR_OVERLAYS))} cannot read them"
    for problem in problems:
        print(problem)
    print(f"{len(objects)} objects, {overlays}, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
