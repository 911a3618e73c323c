#include "cluster/controllers/namespace_controller.hpp"

#include <utility>

namespace holdfast::cluster {
namespace {

constexpr char const* default_name = "default";

}  // namespace

namespace_controller::namespace_controller(controller_context const& context) : keyed_controller{context} {
  queue_.add({"", default_name});
}

void namespace_controller::note(cached_change const& change) {
  if (change.kind == &kinds::name_space) queue_.add(change.key);
  if (change.type != change_type::deleted || change.key.name_space.empty()) return;
  auto const home = context_.store.find(kinds::name_space, {"", change.key.name_space});
  bool const is_wanted = change.kind == &kinds::service_account || (home && is_terminating(*home));
  if (is_wanted) queue_.add({"", change.key.name_space});
}

void namespace_controller::note_all() {
  mark_all(kinds::name_space);
  queue_.add({"", default_name});
}

void namespace_controller::sync(object_key const& key, time_point now) {
  auto const name_space = context_.store.find(kinds::name_space, key);
  if (!name_space) {
    if (key.name != default_name) return;
    (void)context_.store.create(kinds::name_space, {{"metadata", {{"name", default_name}}}});
  } else if (!is_terminating(*name_space)) {
    give_account(key.name);
  } else if (is_emptied(key.name)) {
    let_go(*name_space, now);
  }
}

void namespace_controller::give_account(std::string const& name_space) {
  if (context_.store.find(kinds::service_account, {name_space, default_name})) return;
  (void)context_.store.create(kinds::service_account,
                              {{"metadata", {{"namespace", name_space}, {"name", default_name}}}});
}

/// Asks everything to go; whether nothing is left. Events go last: they tell what happened to the rest.
bool namespace_controller::is_emptied(std::string const& name_space) {
  bool is_empty = true;
  for (auto const* const kind : all_kinds()) {
    if (!kind->is_namespaced || kind == &kinds::event) continue;
    for (auto const& object : context_.store.list(*kind, name_space)) {
      bool const is_gone = !is_terminating(*object) && [&] {
        auto const removed = context_.store.remove(*kind, key_of(*object), {.uid = uid_of(*object)});
        return removed && removed->is_gone;
      }();
      is_empty = is_empty && is_gone;
    }
  }
  if (!is_empty) return false;
  for (auto const& event : context_.store.list(kinds::event, name_space)) {
    (void)context_.store.remove(kinds::event, key_of(*event));
  }
  return context_.store.list(kinds::event, name_space).empty();
}

void namespace_controller::let_go(json const& name_space, time_point now) {
  auto object = name_space;
  object["spec"]["finalizers"] = json::array();
  auto const written = context_.store.update(kinds::name_space, std::move(object));
  if (!written) queue_.retry(key_of(name_space), now);
}

}  // namespace holdfast::cluster
