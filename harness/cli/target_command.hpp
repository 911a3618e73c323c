#pragma once

namespace holdfast::cli {

/// `holdfast target`: serves until SIGINT, SIGTERM or a limit, then prints the truth as JSON. `argv[0]` is the
/// subcommand's name.
/// @return  an exit_code: pass, invalid_input, could_not_run
int run_target(int argc, char const* const* argv);

}  // namespace holdfast::cli
