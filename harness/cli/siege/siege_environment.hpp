#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace holdfast::cli {

/// The value of a variable, or nothing when it is not set.
using variable_lookup = std::function<std::optional<std::string>(std::string_view name)>;

/// What reading siege's input needs of the outside world, so that it can be tested without.
struct siege_environment {
  variable_lookup variable;
  /// The content of a file. Error: errno's code.
  std::function<result<std::string>(std::string const& path)> read_file;
};

/// The real one: getenv and files up to 64 MiB.
siege_environment process_environment();

/// A text in which ${NAME} and $(NAME) have been replaced.
struct expansion {
  std::string text;
  std::string undefined;  ///< the first name without a value; empty when all is well
};

/// Replaces ${NAME} and $(NAME); "\$" stands for a dollar sign, a dollar sign before anything else for itself.
expansion expand_variables(std::string_view text, variable_lookup const& variable);

}  // namespace holdfast::cli
