#pragma once

namespace holdfast::cli {

/// `holdfast up`: runs a system from its manifests on this machine until Ctrl-C. `argv[0]` is the subcommand's name.
/// @return  an exit_code: pass after a clean end, invalid_input, could_not_run (also when something could not be
///          removed)
int run_up(int argc, char const* const* argv);

}  // namespace holdfast::cli
