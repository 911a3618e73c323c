#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/diagnostic.hpp"
#include "core/result.hpp"
#include "experiment/profile_reader.hpp"

namespace holdfast::cli {

/// The real world around a profile: files beside it, manifests, the catalogue of metrics, siege's command line.
experiment::profile_sources sources_beside(std::string_view profile_file);

/// A profile as it was asked for, or what is wrong with it.
struct checked_profile {
  std::string file;
  result<experiment::profile, diagnostics> made;
};

/// Reads profiles, and those of suites in their order, each with the overrides.
/// @return  one for each profile, and one for each file that cannot be read
std::vector<checked_profile> read_profiles(std::vector<std::string> const& files,
                                           experiment::profile_overrides const& overrides);

}  // namespace holdfast::cli
