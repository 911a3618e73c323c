#pragma once

#include <cstdint>

#include "core/diagnostic.hpp"
#include "core/result.hpp"

namespace holdfast::load {

/// RLIMIT_NOFILE of this process.
struct open_file_limits {
  std::uint64_t soft = 0;
  std::uint64_t hard = 0;
};

/// The soft limit that a run needs which will have `needed` files open: the present one when that is enough, else the
/// hard one. A tenth stays free, because a run that uses more is not valid.
/// @error  when the hard limit is too low too
result<std::uint64_t, diagnostics> sufficient_soft_limit(std::uint64_t needed, open_file_limits limits);

/// Raises this process's soft limit if it has to. The limit that then holds.
/// @error  as above, or why the system refused
result<std::uint64_t, diagnostics> raise_open_file_limit(std::uint64_t needed);

}  // namespace holdfast::load
