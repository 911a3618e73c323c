#include "cluster/controllers/garbage_collector.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "cluster/controllers/object_writes.hpp"
#include "cluster/store/graceful_deletion.hpp"

namespace holdfast::cluster {
namespace {

bool has_finalizer(json const& object, char const* name) {
  auto const& finalizers = member(object, "metadata", "finalizers");
  return finalizers.is_array() && std::ranges::find(finalizers, json(name)) != finalizers.end();
}

bool waits_for_dependents(json const& object) {
  return is_terminating(object) && has_finalizer(object, foreground_finalizer);
}

json without_finalizer(json object, char const* name) {
  auto left = json::array();
  for (auto const& each : member(object, "metadata", "finalizers")) {
    if (each != json(name)) left.push_back(each);
  }
  object["metadata"]["finalizers"] = std::move(left);
  return object;
}

bool blocks(json const& dependent, std::string const& owner_uid) {
  return std::ranges::any_of(
      owners_of(dependent), [&](owner_reference const& each) { return each.uid == owner_uid && each.blocks_deletion; });
}

}  // namespace

void garbage_collector::enter(place const& where, json const& object) {
  places_.insert_or_assign(uid_of(object), where);
  for (auto const& owner : owners_of(object)) dependents_[owner.uid].insert(where);
}

void garbage_collector::leave(place const& where, json const& object) {
  places_.erase(uid_of(object));
  for (auto const& owner : owners_of(object)) {
    auto const known = dependents_.find(owner.uid);
    if (known == dependents_.end()) continue;
    known->second.erase(where);
    if (known->second.empty()) dependents_.erase(known);
  }
}

void garbage_collector::mark_dependents(std::string const& uid) {
  auto const known = dependents_.find(uid);
  if (known != dependents_.end()) marked_.insert(known->second.begin(), known->second.end());
}

void garbage_collector::mark_waiting_owners(json const& object) {
  for (auto const& reference : owners_of(object)) {
    if (auto const owner = places_.find(reference.uid); owner != places_.end()) marked_.insert(owner->second);
  }
}

void garbage_collector::note(cached_change const& change) {
  if (change.kind == &kinds::event) return;  // nobody owns them, they own nothing
  place const where{change.kind, change.key};
  if (change.before) leave(where, *change.before);
  if (change.type == change_type::deleted) {
    leave(where, *change.object);
    mark_dependents(uid_of(*change.object));
    mark_waiting_owners(*change.object);
    return;
  }
  enter(where, *change.object);
  bool const has_new_owners = !change.before || member(*change.before, "metadata", "ownerReferences") !=
                                                    member(*change.object, "metadata", "ownerReferences");
  bool const has_begun_to_end = is_terminating(*change.object);
  if (has_new_owners && change.before) mark_waiting_owners(*change.before);
  if (has_new_owners || has_begun_to_end) marked_.insert(where);
}

void garbage_collector::note_all() {
  places_.clear();
  dependents_.clear();
  for (auto const* const kind : all_kinds()) {
    if (kind == &kinds::event) continue;
    for (auto const& object : context_.store.list(*kind)) {
      place const where{kind, key_of(*object)};
      enter(where, *object);
      marked_.insert(where);
    }
  }
}

bool garbage_collector::sync_next(time_point now) {
  if (marked_.empty()) return false;
  look_at(marked_.extract(marked_.begin()).value(), now);
  return true;
}

void garbage_collector::look_at(place const& where, time_point now) {
  auto const object = context_.store.find(*where.kind, where.key);
  if (!object) return;
  if (is_terminating(*object) && has_finalizer(*object, orphan_finalizer)) {
    orphan_dependents_of(where, *object);
  } else if (waits_for_dependents(*object)) {
    delete_dependents_of(where, *object);
  } else if (!is_terminating(*object)) {
    collect(where, *object, now);
  }
}

bool garbage_collector::is_present(std::string const& uid, object_ptr& owner) const {
  auto const at = places_.find(uid);
  if (at == places_.end()) return false;
  owner = context_.store.find(*at->second.kind, at->second.key);
  return owner && uid_of(*owner) == uid;
}

garbage_collector::owners garbage_collector::sorted_owners(json const& object) const {
  owners sorted;
  for (auto const& reference : owners_of(object)) {
    object_ptr owner;
    if (!is_present(reference.uid, owner)) {
      sorted.gone.push_back(reference.uid);
    } else if (waits_for_dependents(*owner)) {
      sorted.waiting.push_back(reference.uid);
    } else {
      sorted.has_present = true;
    }
  }
  return sorted;
}

void garbage_collector::forget_owners(place const& where, std::vector<std::string> const& uids) {
  for (auto const& uid : uids) {
    auto const object = context_.store.find(*where.kind, where.key);
    // A write that is refused changes nothing; the object's next change brings it back.
    if (object) (void)released(context_.store, *where.kind, *object, uid);
  }
}

/// An object goes when nobody who stays owns it; else it forgets those who go.
void garbage_collector::collect(place const& where, json const& object, time_point now) {
  auto const sorted = sorted_owners(object);
  if (sorted.gone.empty() && sorted.waiting.empty()) return;
  if (sorted.has_present) {
    forget_owners(where, sorted.gone);
    forget_owners(where, sorted.waiting);
    return;
  }
  bool const is_in_foreground = !sorted.waiting.empty() && has_dependents(uid_of(object));
  deletion how{.uid = uid_of(object)};
  if (is_in_foreground) how.dependents = propagation::foreground;
  auto const first = owners_of(object).front();
  auto const why = fmt::format("Deleted: its owner {} {} is {}", first.kind, first.name,
                               sorted.waiting.empty() ? "gone" : "being deleted in the foreground");
  if (!context_.store.remove(*where.kind, where.key, how)) return;
  context_.events.record(*where.kind, object, "garbage-collector",
                         {event_type::normal, "GarbageCollected", {why, "an object goes with the last of its owners"}},
                         now);
}

void garbage_collector::delete_dependents_of(place const& where, json const& owner) {
  auto const& uid = uid_of(owner);
  bool is_blocked = false;
  if (auto const known = dependents_.find(uid); known != dependents_.end()) {
    for (auto const& dependent : known->second) {
      auto const object = context_.store.find(*dependent.kind, dependent.key);
      if (!object) continue;
      if (!is_terminating(*object)) marked_.insert(dependent);
      is_blocked = is_blocked || blocks(*object, uid);
    }
  }
  if (!is_blocked) (void)context_.store.update(*where.kind, without_finalizer(owner, foreground_finalizer));
}

void garbage_collector::orphan_dependents_of(place const& where, json const& owner) {
  auto const& uid = uid_of(owner);
  if (auto const known = dependents_.find(uid); known != dependents_.end()) {
    for (auto const& dependent : std::set<place>{known->second}) {
      auto const object = context_.store.find(*dependent.kind, dependent.key);
      if (object && !released(context_.store, *dependent.kind, *object, uid)) {
        marked_.insert(where);
        return;
      }
    }
  }
  (void)context_.store.update(*where.kind, without_finalizer(owner, orphan_finalizer));
}

}  // namespace holdfast::cluster
