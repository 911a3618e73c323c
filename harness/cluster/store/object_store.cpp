#include "cluster/store/object_store.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "cluster/store/graceful_deletion.hpp"

namespace holdfast::cluster {
namespace {

constexpr std::size_t most_name_bytes = 253;
constexpr std::size_t generated_bytes = 5;
/// Kubernetes' letters of generated names: no vowels, so that no words arise, and nothing that looks like another.
constexpr std::string_view name_letters = "bcdfghjklmnpqrstvwxz2456789";

/// Everything that a person asks for: not what describes the object, and not what became of it.
bool differs_in_spec(json const& a, json const& b) {
  auto const without = [](json value) {
    value.erase("metadata");
    value.erase("status");
    return value;
  };
  return without(a) != without(b);
}

/// Fields that the API alone writes stay as they are, whatever the caller sent.
void keep_identity(json& object, json const& before) {
  auto& meta = object["metadata"];
  for (auto const* const field : {"uid", "creationTimestamp", "generation", "deletionTimestamp",
                                  "deletionGracePeriodSeconds", "namespace", "resourceVersion", "generateName"}) {
    auto const& old = member(before, "metadata", field);
    if (old.is_null()) {
      meta.erase(field);
    } else {
      meta[field] = old;
    }
  }
}

void take_status_from(json& object, json const& source) {
  auto const& status = member(source, "status");
  if (status.is_null()) {
    object.erase("status");
  } else {
    object["status"] = status;
  }
}

}  // namespace

object_store::object_store(settings s) : settings_{std::move(s)}, random_{settings_.seed} {
  for (auto const* const kind : all_kinds()) objects_[kind];
}

object_store::objects const& object_store::of(resource_kind const& kind) const { return objects_.at(&kind); }

object_ptr object_store::find(resource_kind const& kind, object_key const& key) const {
  auto const& all = of(kind);
  auto const found = all.find(key);
  return found == all.end() ? nullptr : found->second;
}

api_result<object_ptr> object_store::get(resource_kind const& kind, object_key const& key) const {
  auto found = find(kind, key);
  if (!found) return not_found(kind, key.name);
  return found;
}

std::vector<object_ptr> object_store::list(resource_kind const& kind, std::string_view name_space) const {
  auto const& all = of(kind);
  std::vector<object_ptr> chosen;
  auto from = name_space.empty() ? all.begin() : all.lower_bound(object_key{std::string{name_space}, ""});
  for (; from != all.end() && (name_space.empty() || from->first.name_space == name_space); ++from) {
    chosen.push_back(from->second);
  }
  return chosen;
}

std::size_t object_store::count(resource_kind const& kind) const { return of(kind).size(); }

/// Gives the object a name where it asks for one.
api_result<void> object_store::name(resource_kind const& kind, json& object) {
  auto& meta = object["metadata"];
  if (!name_of(object).empty()) return boost::system::in_place_value;
  auto stem = text_at(object, "metadata", "generateName");
  if (stem.empty()) {
    return invalid(kind, "",
                   {{"metadata.name", "FieldValueRequired", "Required value: name or generateName is required"}});
  }
  stem.resize(std::min(stem.size(), most_name_bytes - generated_bytes));
  do {
    auto made = stem;
    for (std::size_t i = 0; i < generated_bytes; ++i) made += name_letters[random_.below(name_letters.size())];
    meta["name"] = std::move(made);
  } while (find(kind, key_of(object)));
  return boost::system::in_place_value;
}

api_result<void> object_store::check_namespace(resource_kind const& kind, std::string const& name_space) const {
  if (!kind.is_namespaced) {
    if (name_space.empty()) return boost::system::in_place_value;
    return bad_request("namespace may not be set for " + std::string{kind.plural});
  }
  auto const home = find(kinds::name_space, {"", name_space});
  if (!home) return not_found(kinds::name_space, name_space);
  if (!is_terminating(*home)) return boost::system::in_place_value;
  return api_error{
      .code = 403,
      .reason = "Forbidden",
      .message = "unable to create new content in namespace " + name_space + " because it is being terminated",
      .kind = std::string{kinds::name_space.plural},
      .name = name_space};
}

api_result<void> object_store::admit(resource_kind const& kind, json& object, json const* before) const {
  if (!settings_.admit) return boost::system::in_place_value;
  return settings_.admit(kind, object, before);
}

api_result<object_ptr> object_store::create(resource_kind const& kind, json object) {
  if (!object.is_object() || !member(object, "metadata").is_object()) {
    return bad_request("the object has no metadata");
  }
  if (auto const home = check_namespace(kind, namespace_of(object)); !home) return home.error();
  if (auto const named = name(kind, object); !named) return named.error();
  if (find(kind, key_of(object))) return already_exists(kind, name_of(object));
  object["apiVersion"] = api_version_of(kind);
  object["kind"] = kind.name;
  auto& meta = object["metadata"];
  for (auto const* const field : {"deletionTimestamp", "deletionGracePeriodSeconds", "generation", "resourceVersion"})
    meta.erase(field);
  if (kind.has_status) object.erase("status");
  meta["uid"] = new_uid();
  meta["creationTimestamp"] = stamp_of(settings_.now());
  if (kind.counts_generations) meta["generation"] = 1;
  if (auto const admitted = admit(kind, object, nullptr); !admitted) return admitted.error();
  return put(kind, std::move(object), nullptr);
}

api_result<object_ptr> object_store::update(resource_kind const& kind, json object, update_scope scope) {
  if (!member(object, "metadata").is_object()) return bad_request("the object has no metadata");
  auto const key = key_of(object);
  auto before = find(kind, key);
  if (!before) return not_found(kind, key.name);
  auto const& known_version = text_at(object, "metadata", "resourceVersion");
  auto const& uid = uid_of(object);
  if (!known_version.empty() && known_version != text_at(*before, "metadata", "resourceVersion"))
    return conflict(kind, key.name);
  if (!uid.empty() && uid != uid_of(*before)) return conflict(kind, key.name);
  if (scope == update_scope::status) {
    auto changed = *before;
    take_status_from(changed, object);
    object = std::move(changed);
  } else {
    keep_identity(object, *before);
    if (kind.has_status) take_status_from(object, *before);
    object["apiVersion"] = api_version_of(kind);
    object["kind"] = kind.name;
    if (auto const admitted = admit(kind, object, before.get()); !admitted) return admitted.error();
  }
  if (object == *before) return before;
  if (kind.counts_generations && differs_in_spec(object, *before)) {
    object["metadata"]["generation"] = integer_at(*before, 0, "metadata", "generation") + 1;
  }
  if (is_terminating(object) && may_go(kind, object)) {
    put(kind, std::move(object), before);
    return take_out(kind, key);
  }
  return put(kind, std::move(object), std::move(before));
}

api_result<removal> object_store::remove(resource_kind const& kind, object_key const& key, deletion const& how) {
  auto before = find(kind, key);
  if (!before) return not_found(kind, key.name);
  if (!how.uid.empty() && how.uid != uid_of(*before)) return conflict(kind, key.name);
  if (!how.version.empty() && how.version != text_at(*before, "metadata", "resourceVersion"))
    return conflict(kind, key.name);
  auto step = deletion_step_of(kind, *before, how, settings_.now());
  if (step.removes) return removal{take_out(kind, key), true};
  if (!step.changes) return removal{std::move(before), false};
  if (kind.counts_generations) {
    step.object["metadata"]["generation"] = integer_at(*before, 0, "metadata", "generation") + 1;
  }
  return removal{put(kind, std::move(step.object), std::move(before)), false};
}

object_ptr object_store::put(resource_kind const& kind, json object, object_ptr before) {
  object["metadata"]["resourceVersion"] = std::to_string(++version_);
  auto stored = std::make_shared<json const>(std::move(object));
  objects_[&kind][key_of(*stored)] = stored;
  record({version_, before ? change_type::modified : change_type::added, &kind, stored, std::move(before)});
  return stored;
}

object_ptr object_store::take_out(resource_kind const& kind, object_key const& key) {
  auto& all = objects_[&kind];
  auto const found = all.find(key);
  auto before = std::move(found->second);
  all.erase(found);
  auto last = *before;
  last["metadata"]["resourceVersion"] = std::to_string(++version_);
  auto gone = std::make_shared<json const>(std::move(last));
  record({version_, change_type::deleted, &kind, gone, std::move(before)});
  return gone;
}

void object_store::record(object_change change) {
  changes_.push_back(std::move(change));
  if (changes_.size() > settings_.changes_kept) changes_.pop_front();
  for (auto const& [number, on_change] : subscribers_) on_change();
}

api_result<std::vector<object_change>> object_store::changes_after(std::uint64_t version, std::size_t most) const {
  // Each write has one version and one change, so the first kept one tells how far back they go.
  if (!changes_.empty() && version + 1 < changes_.front().version) {
    return expired(fmt::format("too old resource version: {} ({})", version, changes_.front().version));
  }
  if (version > version_) return expired(fmt::format("too large resource version: {}, current: {}", version, version_));
  auto const skipped = changes_.empty() ? 0 : version + 1 - changes_.front().version;
  auto const first = changes_.begin() + static_cast<std::ptrdiff_t>(std::min<std::uint64_t>(skipped, changes_.size()));
  auto const count = std::min<std::ptrdiff_t>(changes_.end() - first, static_cast<std::ptrdiff_t>(most));
  return std::vector<object_change>{first, first + count};
}

std::uint64_t object_store::subscribe(std::function<void()> on_change) {
  subscribers_.emplace(next_subscription_, std::move(on_change));
  return next_subscription_++;
}

void object_store::unsubscribe(std::uint64_t subscription) { subscribers_.erase(subscription); }

/// A random UUID (RFC 9562, version 4).
std::string object_store::new_uid() {
  auto const high = (random_() & ~0xF000ULL) | 0x4000ULL;
  auto const low = (random_() & ~(3ULL << 62U)) | (2ULL << 62U);
  return fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", high >> 32U, (high >> 16U) & 0xFFFFU, high & 0xFFFFU,
                     low >> 48U, low & 0xFFFF'FFFF'FFFFULL);
}

}  // namespace holdfast::cluster
