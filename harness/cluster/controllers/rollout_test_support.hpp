#pragma once

#include "cluster/controllers/cluster_test_support.hpp"

namespace holdfast::cluster {

/// A cluster with the Deployment "book" rolled out, and what a person does to it with kubectl.
class rollout_world : public virtual_cluster {
 public:
  using virtual_cluster::virtual_cluster;

  void begin(std::int32_t replicas, json const& spec = json::object()) {
    create(kinds::deployment, book_deployment(replicas, spec));
    run_for(std::chrono::minutes{1});
    started = store.version();
  }
  void edit(std::function<void(json&)> const& change) {
    auto object = get(kinds::deployment, "book");
    change(object);
    auto const written = store.update(kinds::deployment, std::move(object));
    EXPECT_TRUE(written) << written.error().message;
  }
  void set_image(std::string const& tag) {
    edit([&](json& object) { object["spec"]["template"]["spec"]["containers"][0]["image"] = "shop/book:" + tag; });
  }
  /// As kubectl rollout undo: the template and the annotations of that revision's set.
  void undo(std::string const& revision) {
    auto const set = set_with(revision);
    edit([&](json& object) {
      auto old = set["spec"]["template"];
      old["metadata"]["labels"].erase(template_hash_label);
      object["spec"]["template"] = old;
      auto const cause = text_at(set, "metadata", "annotations", "kubernetes.io/change-cause");
      if (!cause.empty()) object["metadata"]["annotations"]["kubernetes.io/change-cause"] = cause;
    });
  }
  json set_with(std::string const& revision) const {
    for (auto const& set : store.list(kinds::replica_set, "shop")) {
      if (text_at(*set, "metadata", "annotations", revision_annotation) == revision) return *set;
    }
    ADD_FAILURE() << "no set has revision " << revision;
    return {};
  }
  json status() const { return get(kinds::deployment, "book")["status"]; }
  std::string condition_reason(std::string const& type) const {
    auto const shown = status();
    for (auto const& each : member(shown, "conditions")) {
      if (text_at(each, "type") == type) return text_at(each, "reason");
    }
    return "";
  }
  std::vector<std::string> states(std::string const& new_revision = "2") const {
    return rollout_states(store, started, new_revision);
  }
  /// New pods (of another image than v1) never become ready.
  void break_new_pods() {
    kubelet.behaves = [](json const& pod) {
      bool const is_old = pod["spec"]["containers"][0]["image"] == "shop/book:v1";
      return is_old ? fake_kubelet::behaviour{} : fake_kubelet::behaviour{.ready = std::nullopt};
    };
  }

  std::uint64_t started = 0;
};

inline json rolling(json const& surge, json const& unavailable) {
  json spec;
  spec["strategy"]["rollingUpdate"] = {{"maxSurge", surge}, {"maxUnavailable", unavailable}};
  return spec;
}

}  // namespace holdfast::cluster
