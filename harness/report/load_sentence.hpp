#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "load/load_settings.hpp"

namespace holdfast::report {

/// "open loop: 40,000 requests due in 20.0 s (2,000/s on average), at most 1,000 at once", "closed loop: 64 users for
/// 30.0 s".
std::string load_sentence(load::load_settings const& settings);

/// "none", "200 ms", "100 ms to 300 ms", "200 ms on average (exponential)".
std::string think_text(load::think_law const& law);

/// A URL with "***" in place of the values of query parameters whose name speaks of a key, token, secret, password,
/// session, signature and the like.
std::string query_without_secrets(std::string_view url);

/// The words of a command line with passwords and tokens replaced by "***": of --user, in the user part and in the
/// query of URLs (see query_without_secrets), and in headers with such names. Of --data and --json-body the length is
/// left, or the name of the file. What is printed and stored.
std::vector<std::string> without_secrets(std::span<std::string const> words);

}  // namespace holdfast::report
