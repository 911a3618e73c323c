#pragma once

namespace holdfast::cli {

/// `holdfast siege`: siege's options, files, figures and report on our engine. `argv[0]` is the subcommand's name.
/// @return  0 after every run, as siege has it, and 1 for wrong input. With --strict an exit_code: pass, check_failed
///          (an answer of 400 or above, or no answer), invalid_input, could_not_run (no answer at all, or a name
///          without an address).
int run_siege(int argc, char const* const* argv);

}  // namespace holdfast::cli
