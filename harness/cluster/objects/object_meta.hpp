#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cluster/control/label_selector.hpp"
#include "cluster/objects/json.hpp"
#include "core/clock.hpp"

namespace holdfast::cluster {

/// Where an object is among those of its kind.
struct object_key {
  std::string name_space;  ///< empty for kinds without namespaces
  std::string name;
  friend auto operator<=>(object_key const&, object_key const&) = default;
};

// What is read off an object that the API has accepted. A missing field gives an empty value.

std::string const& name_of(json const& object);
std::string const& namespace_of(json const& object);
object_key key_of(json const& object);
std::string const& uid_of(json const& object);
label_map labels_of(json const& object);
label_map annotations_of(json const& object);
bool is_terminating(json const& object);  ///< has a deletionTimestamp

struct owner_reference {
  std::string api_version;
  std::string kind;
  std::string name;
  std::string uid;
  bool is_controller = false;
  bool blocks_deletion = false;
};

std::vector<owner_reference> owners_of(json const& object);
/// The uid of the one owner that controls the object; empty when none does.
std::string controller_uid_of(json const& object);

/// The member at a path of keys, or null: `member(pod, "status", "podIP")`.
json const& null_json();
template <class... Keys>
json const& member(json const& value, Keys const&... keys) {
  auto const* at = &value;
  auto const step = [&at](auto const& key) {
    if (at->is_object()) {
      auto const found = at->find(key);
      at = found == at->end() ? &null_json() : &*found;
    } else {
      at = &null_json();
    }
  };
  (step(keys), ...);
  return *at;
}
/// The text at a path, or an empty one.
template <class... Keys>
std::string const& text_at(json const& value, Keys const&... keys) {
  static std::string const none;
  auto const* const text = member(value, keys...).template get_ptr<std::string const*>();
  return text == nullptr ? none : *text;
}
/// The integer at a path, or `otherwise`.
template <class... Keys>
std::int64_t integer_at(json const& value, std::int64_t otherwise, Keys const&... keys) {
  auto const& found = member(value, keys...);
  return found.is_number_integer() ? found.template get<std::int64_t>() : otherwise;
}

/// RFC 3339 in UTC to the microsecond, whole seconds without a fraction: "2026-01-31T12:00:00.250000Z". Kubernetes'
/// own stamps are of whole seconds; its clients read both, and scaled clocks need the finer ones.
std::string stamp_of(wall_time at);
/// Reads any RFC 3339 stamp in UTC or with an offset.
std::optional<wall_time> parse_stamp(std::string_view text);

}  // namespace holdfast::cluster
