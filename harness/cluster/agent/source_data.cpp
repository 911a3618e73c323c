#include "cluster/agent/source_data.hpp"

#include "core/base64.hpp"

namespace holdfast::cluster {
namespace {

void take_texts(json const& data, string_map& to) {
  for (auto const& [key, value] : data.items()) to.insert_or_assign(key, value.get<std::string>());
}

/// The API has refused what is no base64.
void take_bytes(json const& data, string_map& to) {
  for (auto const& [key, value] : data.items()) {
    to.insert_or_assign(key, base64_decode(value.get_ref<std::string const&>()).value_or(""));
  }
}

}  // namespace

std::optional<string_map> source_data(object_store const& store, source_kind kind, object_key const& key,
                                      binary_data binary) {
  bool const is_secret = kind == source_kind::secret;
  auto const object = store.find(is_secret ? kinds::secret : kinds::config_map, key);
  if (!object) return std::nullopt;
  string_map data;
  if (is_secret) {
    take_bytes(member(*object, "data"), data);
    return data;
  }
  take_texts(member(*object, "data"), data);
  if (binary == binary_data::included) take_bytes(member(*object, "binaryData"), data);
  return data;
}

reference need_of(json const& referring) {
  return member(referring, "optional") == json(true) ? reference::optional : reference::required;
}

}  // namespace holdfast::cluster
