// What the API does with each object that it stores, and how long a system's manifests take to be read and checked.
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "cluster/objects/admission.hpp"
#include "cluster/objects/manifest_reader.hpp"
#include "cluster/objects/patches.hpp"

namespace {

using namespace holdfast::cluster;

/// As large as those of the reference systems.
constexpr char const* pod_manifest = R"(---
apiVersion: v1
kind: Pod
metadata:
  name: order
  labels: { app: order, app.kubernetes.io/part-of: bookshop }
spec:
  terminationGracePeriodSeconds: 30
  containers:
    - name: order
      image: bookshop/order:v7
      ports:
        - { name: http, containerPort: 8080 }
      envFrom:
        - configMapRef: { name: bookshop }
      env:
        - { name: PORT, value: "8080" }
        - { name: STATE_DIR, value: /var/lib/bookshop/state }
        - name: BIND_ADDR
          valueFrom:
            fieldRef: { fieldPath: status.podIP }
        - name: STATUS
          valueFrom:
            configMapKeyRef: { name: orderst, key: status }
      readinessProbe:
        httpGet: { path: /actuator/health/readiness, port: http }
        periodSeconds: 5
      livenessProbe:
        httpGet: { path: /actuator/health/liveness, port: http }
        initialDelaySeconds: 10
        periodSeconds: 5
      resources:
        requests: { cpu: 200m, memory: 64Mi }
        limits: { cpu: 500m, memory: 256Mi }
      volumeMounts:
        - { name: state, mountPath: /var/lib/bookshop/state }
  volumes:
    - name: state
      persistentVolumeClaim: { claimName: order-state }
)";

json order_pod() {
  std::vector<source_text> const sources{{"pod.yaml", pod_manifest}};
  auto pod = check_manifests(sources)->objects.front().object;
  pod["metadata"]["namespace"] = "default";
  return pod;
}

void admit_a_pod(benchmark::State& state) {
  auto const pod = order_pod();
  for (auto _ : state) {
    auto object = pod;
    benchmark::DoNotOptimize(admit(kinds::pod, object, nullptr).has_value());
  }
}
BENCHMARK(admit_a_pod);

void patch_an_image(benchmark::State& state) {
  auto pod = order_pod();
  (void)admit(kinds::pod, pod, nullptr);
  auto const patch = json::parse(R"({"spec":{"containers":[{"name":"order","image":"bookshop/order:v8"}]}})");
  for (auto _ : state) benchmark::DoNotOptimize(patched(kinds::pod, pod, patch, patch_type::strategic).has_value());
}
BENCHMARK(patch_an_image);

void check_a_manifest(benchmark::State& state) {
  std::vector<source_text> const sources{{"pod.yaml", pod_manifest}};
  for (auto _ : state) benchmark::DoNotOptimize(check_manifests(sources).has_value());
}
BENCHMARK(check_a_manifest);

}  // namespace
