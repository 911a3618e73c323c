#pragma once

#include <string>
#include <string_view>

namespace holdfast::cluster {

/// A kubeconfig for the API server facade, as YAML: one cluster, one user with a bearer token, one context that is
/// the current one. The file holds a secret: write it for its owner alone (mode 0600).
/// @param server       "https://127.0.0.1:6443"; clients send a token over TLS alone
/// @param certificate  PEM, what the server shows
std::string kubeconfig_text(std::string_view server, std::string_view certificate, std::string_view token,
                            std::string_view name_space);

}  // namespace holdfast::cluster
