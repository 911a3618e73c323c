#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace holdfast::cluster {

/// The value of a variable; nullopt when there is none of that name.
using variable_lookup = std::function<std::optional<std::string>(std::string_view)>;

/// Kubernetes' expansion of values, commands and arguments: "$(NAME)" becomes the value, stays as it is when there is
/// no such variable, "$$" is a dollar sign ("$$(NAME)" says "$(NAME)"), and everything else stands for itself. Values
/// are not expanded again.
std::string expanded(std::string_view text, variable_lookup const& lookup);

}  // namespace holdfast::cluster
