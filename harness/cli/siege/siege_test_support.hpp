#pragma once

#include <map>
#include <string>
#include <vector>

#include "cli/siege/siege_environment.hpp"

namespace holdfast::cli::testing {

/// Variables and files that exist in a test alone.
struct fake_environment {
  std::map<std::string, std::string, std::less<>> variables;
  std::map<std::string, std::string, std::less<>> files;

  siege_environment view() const {
    return {.variable = [this](std::string_view name) -> std::optional<std::string> {
              auto const found = variables.find(name);
              if (found == variables.end()) return std::nullopt;
              return found->second;
            },
            .read_file = [this](std::string const& path) -> result<std::string> {
              auto const found = files.find(path);
              if (found == files.end()) {
                return boost::system::errc::make_error_code(boost::system::errc::no_such_file_or_directory);
              }
              return {boost::system::in_place_value, found->second};
            }};
  }
};

}  // namespace holdfast::cli::testing
