#pragma once

#include <string>
#include <string_view>

namespace holdfast::cluster {

/// How Kubernetes wants a text to look.
enum class text_form {
  any,
  dns_label,      ///< RFC 1123: names of containers, namespaces
  dns_subdomain,  ///< RFC 1123: names of most objects
  service_name,   ///< RFC 1035: begins with a letter
  port_name,      ///< IANA service name: at most 15 bytes and a letter among them
  label_key,      ///< with an optional prefix "example.com/"
  label_value,
  env_name,    ///< printable ASCII without '='
  config_key,  ///< keys of ConfigMaps and Secrets
  absolute_path,
  address  ///< IPv4
};

/// By its name in the schema tables ("dns-label"); text_form::any for an unknown one.
text_form text_form_named(std::string_view name);

/// What a text of that form looks like, when this one does not; empty when it does.
std::string breach_of(text_form form, std::string_view text);

}  // namespace holdfast::cluster
