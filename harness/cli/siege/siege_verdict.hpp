#pragma once

#include "cli/siege/siege_tally.hpp"
#include "core/exit_code.hpp"

namespace holdfast::cli {

/// How a siege ended, beside what was counted.
struct siege_end {
  bool was_interrupted = false;  ///< by a signal; not by its own abort
  bool output_failed = false;    ///< report, lines or log could not be written
};

/// What --strict makes of a run: could_not_run when output is missing, then interrupted; could_not_run when no server
/// answered at all, check_failed when any request failed or was answered with 400 or above (siege calls 4xx available),
/// else pass.
constexpr exit_code strict_verdict(siege_tally const& tally, siege_end end) {
  if (end.output_failed) return exit_code::could_not_run;
  if (end.was_interrupted) return exit_code::interrupted;
  auto const of = [&](load::outcome o) { return tally.outcomes[static_cast<std::size_t>(o)]; };
  if (tally.answered == 0) return exit_code::could_not_run;
  if (tally.failed > 0 || of(load::outcome::http_4xx) > 0 || of(load::outcome::http_5xx) > 0) {
    return exit_code::check_failed;
  }
  return exit_code::pass;
}

}  // namespace holdfast::cli
