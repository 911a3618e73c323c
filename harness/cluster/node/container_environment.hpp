#pragma once

#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "cluster/control/quantity.hpp"
#include "core/result.hpp"

namespace holdfast::cluster {

enum class reference : bool { required, optional };
enum class source_kind { config_map, secret };

/// valueFrom: configMapKeyRef and secretKeyRef.
struct key_reference {
  source_kind kind = source_kind::config_map;
  std::string name;
  std::string key;
  reference need = reference::required;
};

/// valueFrom: fieldRef ("status.podIP") and resourceFieldRef ("limits.cpu"), by the text that is its value.
struct known_value {
  std::string text;
};

/// One entry of env. A value that is written down is expanded; one that comes from elsewhere is not.
struct environment_entry {
  std::string name;
  std::variant<std::string, key_reference, known_value> value;
};

/// One entry of envFrom.
struct environment_import {
  source_kind kind = source_kind::config_map;
  std::string name;
  std::string prefix{};
  reference need = reference::required;
};

using string_map = std::map<std::string, std::string, std::less<>>;

/// What a container's environment is made from.
struct environment_sources {
  std::string pod_namespace;
  std::vector<environment_import> imports{};
  std::vector<environment_entry> entries{};
  string_map service_variables{};
  /// The data of a ConfigMap or Secret (decoded) of the pod's namespace; null when there is none of that name.
  std::function<string_map const*(source_kind, std::string_view name)> data_of;
};

struct container_environment {
  string_map variables;
  /// A warning Event each (InvalidEnvironmentVariableNames): keys of an import that cannot be names of variables.
  std::vector<std::string> skipped{};
};

/// Why a container cannot be made for now: the message of the waiting reason CreateContainerConfigError.
struct config_error {
  std::string message;
};

/// As the kubelet: imports first, then the entries in their order, each of which may replace what was there and refer
/// to all before it; at last those variables of Services whose names are free. A missing source or key is an error
/// unless it is optional.
result<container_environment, config_error> make_environment(environment_sources const& from);

/// A container's command and args, expanded with its environment.
std::vector<std::string> expanded_words(std::span<std::string const> words, string_map const& variables);

/// The value of a resourceFieldRef: the amount in units of the divisor, rounded up. A divisor of 0 counts as 1.
std::string resource_field_text(quantity amount, quantity divisor);

}  // namespace holdfast::cluster
