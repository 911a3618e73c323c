#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "cluster/control/quantity.hpp"
#include "cluster/objects/object_meta.hpp"
#include "cluster/objects/object_rules.hpp"
#include "cluster/objects/schema_validation.hpp"
#include "cluster/objects/text_form.hpp"

namespace holdfast::cluster {
namespace {

constexpr std::size_t most_data_bytes = 1024 * 1024;

constexpr std::array<std::pair<std::string_view, char const*>, 5> keys_of_secret_types{{
    {"kubernetes.io/tls", "tls.crt"},
    {"kubernetes.io/tls", "tls.key"},
    {"kubernetes.io/ssh-auth", "ssh-privatekey"},
    {"kubernetes.io/dockerconfigjson", ".dockerconfigjson"},
    {"kubernetes.io/dockercfg", ".dockercfg"},
}};

constexpr std::array<std::string_view, 4> access_modes{"ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany",
                                                       "ReadWriteOncePod"};

std::size_t check_keys(std::string const& path, json const& data, field_problems& found) {
  std::size_t total = 0;
  if (!data.is_object()) return total;
  for (auto const& [key, value] : data.items()) {
    auto const breach = breach_of(text_form::config_key, key);
    if (!breach.empty()) found.push_back(is_invalid(entry_path(path, key), key, "the key " + breach));
    total += key.size() + (value.is_string() ? value.get_ref<std::string const&>().size() : 0);
  }
  return total;
}

void check_storage(json const& spec, field_problems& found) {
  auto const& storage = member(spec, "resources", "requests", "storage");
  auto const text = quantity_text(storage);
  if (storage.is_null()) {
    found.push_back(is_missing("spec.resources.requests[storage]", "has to be given"));
  } else if (auto const amount = text ? parse_quantity(*text) : quantity{}; amount && *amount <= quantity{}) {
    found.push_back(is_invalid("spec.resources.requests[storage]", storage, "must be greater than 0"));
  }
}

}  // namespace

void check_data(resource_kind const& kind, json const& object, field_problems& found) {
  auto const& data = member(object, "data");
  auto const& binary = member(object, "binaryData");
  auto const total = check_keys("data", data, found) + check_keys("binaryData", binary, found);
  if (total > most_data_bytes) {
    found.push_back(is_too_long("data", fmt::format("may not be more than {} bytes in all", most_data_bytes)));
  }
  if (data.is_object() && binary.is_object()) {
    for (auto const& [key, value] : binary.items()) {
      if (data.contains(key))
        found.push_back(is_duplicate(entry_path("binaryData", key), key, "data has this key too"));
    }
  }
  if (&kind != &kinds::secret) return;
  for (auto const& [type, key] : keys_of_secret_types) {
    if (text_at(object, "type") == type && !member(data, key).is_string()) {
      found.push_back(is_missing(entry_path("data", key), fmt::format("a Secret of type {} has to have it", type)));
    }
  }
}

void check_claim(json const& object, field_problems& found) {
  auto const& spec = member(object, "spec");
  if (!spec.is_object()) return;
  check_storage(spec, found);
  auto const& modes = member(spec, "accessModes");
  if (!modes.is_array()) return;
  for (std::size_t i = 0; i < modes.size(); ++i) {
    auto const* const mode = modes[i].get_ptr<std::string const*>();
    if (mode == nullptr || std::ranges::find(access_modes, *mode) != access_modes.end()) continue;
    found.push_back(is_not_supported(element_path("spec.accessModes", i), *mode,
                                     fmt::format("supported values: \"{}\"", fmt::join(access_modes, "\", \""))));
  }
}

}  // namespace holdfast::cluster
