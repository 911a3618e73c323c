#pragma once

namespace holdfast::cli {

/// `holdfast validate PROFILE...`: what is wrong with profiles, or what they would do.
int run_validate(int argc, char const* const* argv);

}  // namespace holdfast::cli
