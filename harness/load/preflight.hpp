#pragma once

#include <cstdint>
#include <vector>

#include "core/diagnostic.hpp"
#include "core/result.hpp"
#include "load/load_settings.hpp"
#include "net/resolver.hpp"

namespace holdfast::load {

/// What was found out before the first request.
struct preflight {
  std::vector<std::vector<net::stream_endpoint>> addresses;  ///< by origin
};

enum class target_probe : std::uint8_t { connect, skip };

/// What must hold before the first request: names resolve, there are enough descriptors, TLS files are usable and, with
/// target_probe::connect, each origin accepts a connection (and shakes hands). All problems at once.
result<preflight, diagnostics> check_before_run(load_settings const& settings, target_probe probe);

}  // namespace holdfast::load
