#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bookshop/invariants/facts.hpp"

namespace holdfast::bookshop {

struct violation {
  std::string invariant;  ///< "K-1"
  std::string what;       ///< which row, and how it is wrong
};

/// I-1 to I-12 (but I-6, which shows in the others) and K-1 to K-8 of reference-systems 9, on a quiescent system.
/// Answers every violation, of each invariant at most twenty. Pure.
std::vector<violation> violations(system_rows const& rows, client_account const& account);

bool is_violated(std::vector<violation> const& found, std::string_view invariant);

/// A line for each, for the message of a test.
std::string told(std::vector<violation> const& found);

}  // namespace holdfast::bookshop
