#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/clock.hpp"

namespace holdfast::cluster {

/// What the connections of a fault_probe do: any of these, each on a connection of its own.
struct probe_plan {
  unsigned echoes = 0;                             ///< short questions, one after the other; each answer is timed
  std::uint64_t give_bytes = 0;                    ///< ask for so many bytes, and read to the end
  std::uint64_t take_bytes = 0;                    ///< send so many, and wait for the acknowledgement
  bool closes = false;                             ///< finish sending, and time the other side's FIN
  nanoseconds patience = std::chrono::seconds{2};  ///< for each of these steps
};

enum class probe_end : std::uint8_t { none, answered, finished, reset, refused, silent, unconnected };

/// One transfer as the probe saw it.
struct probe_transfer {
  probe_end end = probe_end::none;  ///< answered: whole; silent: still going when patience ended
  std::uint64_t bytes = 0;          ///< received, or sent and acknowledged
  nanoseconds took{};               ///< from the question to the first byte that is not there any more
  std::uint64_t reads = 0;          ///< arrivals that were told apart
};

/// What a fault_probe has seen.
struct probe_observation {
  probe_end connect = probe_end::none;  ///< answered, refused or silent; reset: accepted and reset at once
  unsigned echoes_answered = 0;
  probe_end echo_end = probe_end::none;
  nanoseconds echo_least{};
  nanoseconds echo_median{};
  probe_transfer give;
  probe_transfer take;
  std::optional<nanoseconds> close_took;  ///< nothing: no FIN within patience, or not asked
};

enum class fault_sight : std::uint8_t {
  unclear,  ///< something is there, but not what the fault should do
  present,
  absent,
};

/// What a fault makes of an observation.
struct fault_judgement {
  fault_sight sight = fault_sight::unclear;
  std::string measured;  ///< e.g. "added latency 100.2 ms, 100 ms +- 5 ms wanted"
};

/// Whether a fault acts, or its effect is gone, as measured from outside.
struct fault_evidence {
  bool is_confirmed = false;
  std::string measured;  ///< e.g. "added latency 100.2 ms (limit 95 ms .. 105 ms)"
  time_point since{};    ///< when the probe knew; set by whoever ran it
};

char const* to_string(probe_end end);

}  // namespace holdfast::cluster
