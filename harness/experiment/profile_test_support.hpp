#pragma once

#include <map>
#include <string>
#include <string_view>

#include "experiment/profile_reader.hpp"

namespace holdfast::experiment {

/// A shop of two Deployments with Services; book has two containers' worth of nothing but one port.
inline constexpr std::string_view shop_manifests = R"(
apiVersion: apps/v1
kind: Deployment
metadata: { name: book }
spec:
  selector: { matchLabels: { app: book } }
  template:
    metadata: { labels: { app: book } }
    spec:
      containers:
        - name: book
          image: bookshop/book:v7
          env: [ { name: PORT, value: "8080" } ]
          ports: [ { name: http, containerPort: 8080 } ]
          readinessProbe: { tcpSocket: { port: http } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: order }
spec:
  selector: { matchLabels: { app: order } }
  template:
    metadata: { labels: { app: order } }
    spec:
      containers:
        - { name: order, image: "bookshop/order:v7", ports: [ { name: http, containerPort: 8080 } ] }
---
apiVersion: v1
kind: Service
metadata: { name: book }
spec: { selector: { app: book }, ports: [ { name: http, port: 8080 } ] }
---
apiVersion: v1
kind: Service
metadata: { name: order }
spec: { selector: { app: order }, ports: [ { name: http, port: 8080 } ] }
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: order }
spec: { scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: order }, maxReplicas: 3 }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: orderst }
data: { status: Bought }
)";

/// A world of these files, that system, and a few metrics.
inline profile_sources shop_sources(std::map<std::string, std::string, std::less<>> files = {}) {
  profile_sources made;
  made.manifests = [](std::filesystem::path const& path) -> result<cluster::manifest_set, diagnostics> {
    if (path.filename() != "shop") return diagnostics{{.file = path.string(), .problem = "cannot be read"}};
    cluster::source_text const text{"shop.yaml", std::string{shop_manifests}};
    return cluster::check_manifests({&text, 1});
  };
  made.files = [files = std::move(files)](std::string_view name) -> result<std::string, load::file_problem> {
    auto const found = files.find(name);
    if (found == files.end()) return load::file_problem{name, "cannot be opened: No such file or directory"};
    return found->second;
  };
  made.metric_unit = [](std::string_view name) -> std::optional<quantity_unit> {
    if (name == "availability") return quantity_unit::share;
    if (name == "latency.p99") return quantity_unit::duration;
    if (name == "requests.failed") return quantity_unit::number;
    if (name.starts_with("failures.") || name.starts_with("autoscale.")) return quantity_unit::number;
    if (name.starts_with("rollout.") || name.starts_with("recovery.")) return quantity_unit::duration;
    return std::nullopt;
  };
  made.nearest_metric = [](std::string_view name) {
    return std::string{name.starts_with("avail") ? "availability" : ""};
  };
  made.siege = [](std::span<std::string const> words) -> result<siege_facts, diagnostics> {
    if (words.empty()) return diagnostics{{.field = "URL", .problem = "nothing to besiege", .fix = "Write a URL."}};
    return siege_facts{.time = std::chrono::seconds{30}, .targets = {{.host = "order", .port = 8080}}};
  };
  return made;
}

}  // namespace holdfast::experiment
