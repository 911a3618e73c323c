#include "cluster/node/container_environment.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "cluster/node/variable_expansion.hpp"

namespace holdfast::cluster {
namespace {

constexpr std::string_view in_sentence(source_kind kind) {
  return kind == source_kind::config_map ? "configmap" : "secret";
}

constexpr std::string_view as_kind(source_kind kind) {
  return kind == source_kind::config_map ? "ConfigMap" : "Secret";
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// Kubernetes' IsEnvVarName: letters, digits, '-', '_' and '.', no digit first, neither "." nor what begins with "..".
bool is_variable_name(std::string_view name) {
  if (name.empty() || (name.front() >= '0' && name.front() <= '9') || name == "." || name.starts_with(".."))
    return false;
  return std::all_of(name.begin(), name.end(),
                     [](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.'; });
}

config_error not_found(source_kind kind, std::string_view name) {
  return {fmt::format("{} \"{}\" not found", in_sentence(kind), name)};
}

variable_lookup lookup_in(string_map const& first, string_map const* second) {
  return [&first, second](std::string_view name) -> std::optional<std::string> {
    if (auto const found = first.find(name); found != first.end()) return found->second;
    if (second == nullptr) return std::nullopt;
    if (auto const found = second->find(name); found != second->end()) return found->second;
    return std::nullopt;
  };
}

/// What is wrong with it, if anything is.
std::optional<config_error> take_import(environment_sources const& from, environment_import const& import,
                                        container_environment& to) {
  auto const* const data = from.data_of(import.kind, import.name);
  if (data == nullptr) {
    if (import.need == reference::optional) return std::nullopt;
    return not_found(import.kind, import.name);
  }
  std::string invalid;
  for (auto const& [key, value] : *data) {
    auto const name = import.prefix + key;
    if (is_variable_name(name)) {
      to.variables.insert_or_assign(name, value);
    } else {
      invalid += (invalid.empty() ? "" : ", ") + name;
    }
  }
  if (!invalid.empty()) {
    to.skipped.push_back(fmt::format(
        "Keys [{}] from the EnvFrom {} {}/{} were skipped since they are considered invalid environment variable "
        "names.",
        invalid, import.kind == source_kind::config_map ? "configMap" : "secret", from.pod_namespace, import.name));
  }
  return std::nullopt;
}

/// nullopt: an optional source or key that is not there.
result<std::optional<std::string>, config_error> value_of(environment_sources const& from,
                                                          key_reference const& wanted) {
  using outcome = result<std::optional<std::string>, config_error>;
  auto const* const data = from.data_of(wanted.kind, wanted.name);
  bool const may_be_missing = wanted.need == reference::optional;
  if (data == nullptr) return may_be_missing ? outcome{std::nullopt} : outcome{not_found(wanted.kind, wanted.name)};
  auto const found = data->find(wanted.key);
  if (found != data->end()) return std::optional{found->second};
  if (may_be_missing) return std::optional<std::string>{};
  return config_error{fmt::format("couldn't find key {} in {} {}/{}", wanted.key, as_kind(wanted.kind),
                                  from.pod_namespace, wanted.name)};
}

}  // namespace

result<container_environment, config_error> make_environment(environment_sources const& from) {
  container_environment made;
  for (auto const& import : from.imports) {
    if (auto problem = take_import(from, import, made)) return std::move(*problem);
  }
  auto const lookup = lookup_in(made.variables, &from.service_variables);
  for (auto const& entry : from.entries) {
    std::string value;
    if (auto const* const text = std::get_if<std::string>(&entry.value)) {
      value = expanded(*text, lookup);
    } else if (auto const* const wanted = std::get_if<key_reference>(&entry.value)) {
      auto found = value_of(from, *wanted);
      if (!found) return found.error();
      if (!*found) continue;
      value = **found;
    } else {
      value = std::get<known_value>(entry.value).text;
    }
    made.variables.insert_or_assign(entry.name, std::move(value));
  }
  made.variables.insert(from.service_variables.begin(), from.service_variables.end());
  return made;
}

std::vector<std::string> expanded_words(std::span<std::string const> words, string_map const& variables) {
  std::vector<std::string> all;
  all.reserve(words.size());
  auto const lookup = lookup_in(variables, nullptr);
  for (auto const& word : words) all.push_back(expanded(word, lookup));
  return all;
}

std::string resource_field_text(quantity amount, quantity divisor) {
  auto const unit = divisor.milli() == 0 ? 1000 : divisor.milli();
  auto const whole = amount.milli() / unit;
  return std::to_string(amount.milli() % unit > 0 ? whole + 1 : whole);
}

}  // namespace holdfast::cluster
