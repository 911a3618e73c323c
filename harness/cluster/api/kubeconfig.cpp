#include "cluster/api/kubeconfig.hpp"

#include <fmt/format.h>

#include "core/base64.hpp"

namespace holdfast::cluster {

std::string kubeconfig_text(std::string_view server, std::string_view certificate, std::string_view token,
                            std::string_view name_space) {
  return fmt::format(R"(apiVersion: v1
kind: Config
clusters:
- name: holdfast
  cluster:
    server: "{}"
    certificate-authority-data: {}
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
                     server, base64_encode(certificate), token, name_space);
}

}  // namespace holdfast::cluster
