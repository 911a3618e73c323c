#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

#include "cluster/proxy/fault_chain.hpp"
#include "cluster/proxy/fault_kinds.hpp"
#include "cluster/proxy/proxy_options.hpp"

namespace holdfast::cluster {

/// Bytes at a virtual time.
struct arrival {
  nanoseconds at{};
  std::uint64_t bytes = 0;
  friend bool operator==(arrival const&, arrival const&) = default;
};

inline std::unique_ptr<flow_fault> start_flow(std::string const& kind, parameter_reader::texts parameters,
                                              std::uint64_t seed = 1) {
  auto const fault = read_fault({.kind = kind, .parameters = std::move(parameters)});
  return fault ? (*fault)->start(random_engine{seed}) : nullptr;
}

inline std::uint64_t total(std::vector<arrival> const& all) {
  std::uint64_t sum = 0;
  for (auto const& a : all) sum += a.bytes;
  return sum;
}

/// What comes out of a chain, in virtual time, when `input` goes in and nothing after it.
/// @param end  set to how and when the stream ended, when it did
inline std::vector<arrival> drive(fault_chain& chain, std::vector<arrival> input, nanoseconds until,
                                  std::optional<std::pair<nanoseconds, flow_end>>* end = nullptr,
                                  std::optional<nanoseconds> sender_ends = std::nullopt) {
  std::vector<arrival> output;
  nanoseconds now{};
  auto ends_at = sender_ends.value_or(nanoseconds::max());
  auto next_input = input.begin();
  while (now <= until) {
    for (; next_input != input.end() && next_input->at <= now && !chain.is_cut(); ++next_input) {
      chain.on_bytes(next_input->bytes, time_point{now});
    }
    if (ends_at <= now) {
      chain.on_end(time_point{now});
      ends_at = nanoseconds::max();
    }
    auto const p = chain.advance(time_point{now});
    if (p.forward > 0) output.push_back({now, p.forward});
    if (p.end && end != nullptr) end->emplace(now, *p.end);
    auto next = p.next ? p.next->time_since_epoch() : nanoseconds::max();
    if (next_input != input.end() && !chain.is_cut()) next = std::min(next, next_input->at);
    next = std::min(next, ends_at);
    if (next == nanoseconds::max()) break;
    now = std::max(next, now);
  }
  return output;
}

}  // namespace holdfast::cluster
