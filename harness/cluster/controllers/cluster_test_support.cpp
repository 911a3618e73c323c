#include "cluster/controllers/cluster_test_support.hpp"

#include <fmt/format.h>

#include "cluster/controllers/condition_json.hpp"

namespace holdfast::cluster {

void fake_kubelet::observe(time_point now) {
  while (version_ != store_.version()) {
    auto const changes = store_.changes_after(version_);
    if (!changes) {
      version_ = store_.version();  // only for tests that look at no pods after an overflow
      return;
    }
    for (auto const& change : *changes) {
      version_ = change.version;
      if (change.kind != &kinds::pod || change.type == change_type::deleted) continue;
      auto const& pod = *change.object;
      if (text_at(pod, "spec", "nodeName").empty()) continue;
      auto const known = ending_.find(uid_of(pod));
      auto const plan = behaves(pod);
      if (known == ending_.end()) {
        ending_[uid_of(pod)] = false;
        actions_.emplace(now + plan.start, action{key_of(pod), uid_of(pod), step::start});
      }
      if (is_terminating(pod) && !std::exchange(ending_[uid_of(pod)], true)) {
        actions_.emplace(now + plan.shutdown, action{key_of(pod), uid_of(pod), step::end});
      }
    }
  }
}

void fake_kubelet::start(object_key const& key, json pod, time_point now) {
  auto const plan = behaves(pod);
  ++last_address_;
  auto& status = pod["status"];
  status["phase"] = "Running";
  status["startTime"] = clock_.stamp_at(now);
  status["podIP"] = fmt::format("127.9.{}.{}", 16 + last_address_ / 250, 1 + last_address_ % 250);
  auto conditions = conditions_from(member(pod, "status", "conditions"), clock_);
  set_condition(conditions, {"Ready", condition_status::is_false, "ContainersNotReady", "", now, now});
  status["conditions"] = to_json(conditions, clock_, update_stamps::left_out);
  (void)store_.update(kinds::pod, pod, update_scope::status);
  if (plan.ready) actions_.emplace(now + *plan.ready, action{key, uid_of(pod), step::ready});
}

void fake_kubelet::set_ready(object_key const& key, bool is_ready, time_point now) {
  auto pod = **store_.get(kinds::pod, key);
  auto conditions = conditions_from(member(pod, "status", "conditions"), clock_);
  auto const status = is_ready ? condition_status::is_true : condition_status::is_false;
  set_condition(conditions, {"Ready", status, "", "", now, now});
  pod["status"]["conditions"] = to_json(conditions, clock_, update_stamps::left_out);
  EXPECT_TRUE(store_.update(kinds::pod, pod, update_scope::status));
}

bool fake_kubelet::act(time_point now) {
  observe(now);
  while (!actions_.empty() && actions_.begin()->first <= now) {
    auto const due = actions_.extract(actions_.begin()).mapped();
    auto const pod = store_.find(kinds::pod, due.key);
    if (!pod || uid_of(*pod) != due.uid) continue;
    if (due.what == step::end) {
      EXPECT_TRUE(store_.remove(kinds::pod, due.key, {.grace_seconds = 0}));
    } else if (is_terminating(*pod)) {
      continue;
    } else if (due.what == step::start) {
      start(due.key, *pod, now);
    } else {
      set_ready(due.key, true, now);
    }
    return true;
  }
  return false;
}

virtual_cluster::virtual_cluster(control_plane::settings s, std::size_t changes_kept)
    : store{{.now = [this] { return clock.wall_at(now); },
             .admit = [this](resource_kind const& kind, json& object, json const* before) -> api_result<void> {
               auto const problem = refuses ? refuses(kind, object) : std::nullopt;
               if (problem) return api_error{.code = 403, .reason = "Forbidden", .message = *problem};
               return admit(kind, object, before);
             },
             .changes_kept = changes_kept}},
      plane{store, metrics, addresses, with_clock(std::move(s), clock)} {
  create(kinds::name_space, {{"metadata", {{"name", "shop"}}}});
  settle();
}

std::optional<time_point> virtual_cluster::settle() {
  while (true) {
    auto const due = plane.step(now);
    if (kubelet.act(now)) continue;
    auto const next = kubelet.next_due();
    if (!due || !next) return due ? due : next;
    return std::min(*due, *next);
  }
}

void virtual_cluster::run_for(nanoseconds span) {
  auto const end = now + span;
  while (true) {
    auto const next = settle();
    if (!next || *next > end) break;
    now = std::max(now, *next);
  }
  now = end;
}

object_ptr virtual_cluster::create(resource_kind const& kind, json object) {
  if (kind.is_namespaced) object["metadata"]["namespace"] = "shop";
  auto made = store.create(kind, std::move(object));
  EXPECT_TRUE(made) << made.error().message;
  return made ? *made : nullptr;
}

json virtual_cluster::get(resource_kind const& kind, std::string const& name) const {
  auto const found = store.find(kind, {kind.is_namespaced ? "shop" : "", name});
  return found ? *found : json();
}

void virtual_cluster::patch(resource_kind const& kind, std::string const& name, json const& change) {
  auto object = get(kind, name);
  object.merge_patch(change);
  auto const written = store.update(kind, std::move(object));
  EXPECT_TRUE(written) << written.error().message;
}

void virtual_cluster::remove(resource_kind const& kind, std::string const& name, deletion const& how) {
  EXPECT_TRUE(store.remove(kind, {kind.is_namespaced ? "shop" : "", name}, how));
}

std::vector<std::string> virtual_cluster::events(std::string const& about, std::string const& reason) const {
  std::vector<std::string> messages;
  for (auto const& event : store.list(kinds::event)) {
    bool const is_it = text_at(*event, "involvedObject", "name") == about && text_at(*event, "reason") == reason;
    if (is_it) messages.push_back(text_at(*event, "message"));
  }
  return messages;
}

json book_deployment(std::int32_t replicas, json const& spec) {
  json container{{"name", "book"}, {"image", "shop/book:v1"}};
  container["resources"]["requests"]["cpu"] = "100m";
  container["ports"] = json::array({{{"name", "http"}, {"containerPort", 8080}}});
  json made{{"metadata", {{"name", "book"}, {"labels", {{"app", "book"}}}}}};
  made["spec"]["replicas"] = replicas;
  made["spec"]["selector"]["matchLabels"]["app"] = "book";
  made["spec"]["template"]["metadata"]["labels"]["app"] = "book";
  made["spec"]["template"]["spec"]["containers"] = json::array({container});
  made["spec"].merge_patch(spec);
  return made;
}

std::vector<std::string> rollout_states(object_store const& store, std::uint64_t after,
                                        std::string const& new_revision) {
  struct seen_set {
    std::string revision;
    std::int64_t replicas;
    std::int64_t available;
  };
  std::map<std::string, seen_set> sets;
  std::vector<std::string> states;
  auto const all = store.changes_after(0, 1'000'000);
  EXPECT_TRUE(all);
  for (auto const& change : *all) {
    if (change.kind != &kinds::replica_set) continue;
    auto const& object = *change.object;
    sets[name_of(object)] = {text_at(object, "metadata", "annotations", revision_annotation),
                             integer_at(object, 0, "spec", "replicas"),
                             integer_at(object, 0, "status", "availableReplicas")};
    std::int64_t old = 0;
    seen_set const* fresh = nullptr;
    for (auto const& [name, set] : sets) {
      if (set.revision == new_revision) {
        fresh = &set;
      } else {
        old += set.replicas;
      }
    }
    if (fresh == nullptr || change.version <= after) continue;
    auto state = fmt::format("{}/{}({})", old, fresh->replicas, fresh->available);
    if (states.empty() || states.back() != state) states.push_back(std::move(state));
  }
  return states;
}

}  // namespace holdfast::cluster
