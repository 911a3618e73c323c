#pragma once

namespace holdfast::cli {

/// `holdfast metrics [--json]`: every metric with unit, direction, formula and source. `argv[0]` is the subcommand's
/// name.
/// @return  an exit_code: pass, invalid_input, could_not_run
int run_metrics(int argc, char const* const* argv);

}  // namespace holdfast::cli
