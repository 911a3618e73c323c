#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "target/default_answer.hpp"
#include "target/latency_law.hpp"
#include "target/listen_address.hpp"
#include "target/misbehaviour.hpp"

namespace holdfast::target {

/// What protects the target from its clients.
struct server_limits {
  std::uint32_t head_bytes = 16 * 1024;          ///< a longer request head gets 431
  std::uint32_t echo_body_bytes = 1024 * 1024;   ///< a longer body is not echoed: 413
  std::uint32_t connections = 20'000;            ///< a thread; more are closed at once
  nanoseconds idle = std::chrono::seconds{60};   ///< without a byte from the peer between requests, or in a stall
  nanoseconds head = std::chrono::seconds{20};   ///< from the first byte of a request's head to its last
  nanoseconds linger = std::chrono::seconds{1};  ///< for what the peer still sends after our last word
};

/// HTTPS: with a certificate from files, or with one made for this server alone.
struct tls_settings {
  std::string certificate_file;  ///< PEM with its chain; empty: self-signed for 127.0.0.1, ::1 and localhost
  std::string key_file;
};

struct server_options {
  std::vector<listen_address> listen{listen_address{}};
  unsigned threads = 1;
  std::optional<unsigned> first_cpu;  ///< pins thread n to this core + n
  answer_settings answer;
  latency_plan latency;
  misbehaviour_settings misbehave;
  std::optional<std::uint64_t> close_after;   ///< closes a connection, unannounced, after this many answers
  std::optional<std::uint64_t> refuse_after;  ///< stops listening after this many connections (of a thread)
  std::optional<time_windows> refuse;         ///< does not listen at these times
  std::optional<std::uint64_t> max_requests;  ///< takes no more, and says so by on_max_requests
  std::uint64_t seed = 1;
  std::optional<tls_settings> tls;
  server_limits limits;
  std::function<void()> on_max_requests;  ///< called once, on a thread of the server, when the last has been answered
};

}  // namespace holdfast::target
