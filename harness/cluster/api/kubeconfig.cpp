#include "cluster/api/kubeconfig.hpp"

#include <fmt/format.h>

namespace holdfast::cluster {

std::string kubeconfig_text(std::string_view server, std::string_view token, std::string_view name_space) {
  return fmt::format(R"(apiVersion: v1
kind: Config
clusters:
- name: holdfast
  cluster:
    server: "{}"
users:
- name: holdfast
  user:
    token: "{}"
contexts:
- name: holdfast
  context:
    cluster: holdfast
    user: holdfast
    namespace: "{}"
current-context: holdfast
)",
                     server, token, name_space);
}

}  // namespace holdfast::cluster
