#pragma once

#include <string>

#include <gtest/gtest.h>

#include "cluster/objects/admission.hpp"
#include "cluster/store/object_store.hpp"

namespace holdfast::cluster {

/// A store that accepts what the API accepts, with the namespace "shop".
class admitting_store {
 public:
  admitting_store() { create(kinds::name_space, R"({"metadata": {"name": "shop"}})"); }

  /// Of JSON; in "shop" when the kind has namespaces and the text names none.
  object_ptr create(resource_kind const& kind, std::string const& text) {
    auto object = json::parse(text);
    if (kind.is_namespaced && namespace_of(object).empty()) object["metadata"]["namespace"] = "shop";
    auto made = store.create(kind, std::move(object));
    EXPECT_TRUE(made) << made.error().message;
    return made ? *made : nullptr;
  }
  /// A pod "order-1" on the node "local" with such a spec, and other metadata if told.
  object_ptr create_pod(std::string const& spec, std::string const& metadata = "{}") {
    auto pod = json{{"metadata", json::parse(metadata)}, {"spec", json::parse(spec)}};
    pod["metadata"]["name"] = "order-1";
    pod["spec"]["nodeName"] = "local";
    return create(kinds::pod, pod.dump());
  }
  /// Applies a JSON merge patch.
  object_ptr patch(resource_kind const& kind, std::string const& name, std::string const& change,
                   update_scope scope = update_scope::all_but_status) {
    auto object = **store.get(kind, {kind.is_namespaced ? "shop" : "", name});
    object.merge_patch(json::parse(change));
    auto written = store.update(kind, std::move(object), scope);
    EXPECT_TRUE(written) << written.error().message;
    return written ? *written : nullptr;
  }
  void remove(resource_kind const& kind, std::string const& name) {
    EXPECT_TRUE(store.remove(kind, {kind.is_namespaced ? "shop" : "", name}));
  }

  object_store store{{.now = [] { return wall_time{}; }, .admit = admit}};
};

}  // namespace holdfast::cluster
