#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "cluster/node/child_start.hpp"
#include "core/clock.hpp"

namespace holdfast::cluster {

/// httpGet of a probe or a hook.
struct http_get_action {
  enum class protocol : std::uint8_t { http, https };
  std::string host;  ///< an address: the pod's unless the manifest names one
  std::uint16_t port = 0;
  std::string path = "/";
  protocol scheme = protocol::http;  ///< https: the certificate is not verified
  std::vector<std::pair<std::string, std::string>> headers{};
};

struct tcp_socket_action {
  std::string host;  ///< an address
  std::uint16_t port = 0;
};

struct exec_action {
  std::vector<std::string> command;
};

struct sleep_action {
  nanoseconds length{};
};

/// What a probe tries, or a hook does.
using handler_action = std::variant<http_get_action, tcp_socket_action, exec_action, sleep_action>;

/// The container that an exec_action runs in.
struct exec_place {
  child_setup like{};       ///< environment, working directory, volumes and control groups are taken from it
  std::string container{};  ///< the id that process_runtime::start was given
};

enum class handler_outcome : std::uint8_t {
  success,
  success_with_warning,  ///< counts as success; the message belongs into a warning Event (ProbeWarning)
  failure,
  not_run,  ///< it says nothing of the target: Kubernetes tries again, at most 3 times, and then forgets it
};

struct handler_result {
  handler_outcome outcome = handler_outcome::not_run;
  std::string message{};  ///< in the kubelet's words
};

constexpr bool is_success(handler_outcome outcome) {
  return outcome == handler_outcome::success || outcome == handler_outcome::success_with_warning;
}

}  // namespace holdfast::cluster
