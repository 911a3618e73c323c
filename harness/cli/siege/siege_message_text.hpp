#pragma once

#include <string>
#include <string_view>

#include "load/outcome.hpp"
#include "load/user_script.hpp"
#include "net/origin.hpp"

namespace holdfast::cli {

/// A request as -g, -p and -D print it.
std::string shown_request(std::string_view bytes);

/// The head of an answer as -g and -D print it. The reason phrase is the standard's: servers' own are not kept.
std::string shown_head(load::answer const& reply);

/// Why there was no whole answer, as stderr gets it: with `detail`, the system's own words ("No route to host"), where
/// there are any.
std::string failure_text(load::outcome reason, std::string_view detail, net::origin const& to);

}  // namespace holdfast::cli
