#pragma once

namespace holdfast::cli {

/// `holdfast load`: puts load on a target and prints how it did. `argv[0]` is the subcommand's name.
/// @return  an exit_code
int run_load_command(int argc, char const* const* argv);

}  // namespace holdfast::cli
