#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "load/json_lookup.hpp"
#include "load/user_script.hpp"

namespace holdfast::load {

/// The value of the first field with that name; `lower_name` in lower case.
std::optional<std::string_view> header_of(answer const& reply, std::string_view lower_name);

/// Work space for looking at answers: one a shard is enough, and keeps steady state free of allocations.
struct answer_scratch {
  std::vector<json_finding> findings;
  std::string text;
};

/// One answer as conditions and extractions see it: its body is read as JSON at most once, and only when asked for.
class answer_view {
 public:
  answer_view(answer const& reply, std::span<json_pointer const> pointers, answer_scratch& scratch)
      : reply_{reply}, pointers_{pointers}, scratch_{scratch} {}

  answer const& reply() const { return reply_; }
  std::span<json_pointer const> pointers() const { return pointers_; }
  answer_scratch& scratch() { return scratch_; }
  /// What stands in the body at pointers()[index].
  json_finding const& json(std::uint32_t index);
  /// Why the body is not JSON; empty when it is. Valid after json().
  std::string const& json_problem() const { return json_problem_; }

 private:
  answer const& reply_;
  std::span<json_pointer const> pointers_;
  answer_scratch& scratch_;
  bool looked_up_ = false;
  std::string json_problem_;
};

}  // namespace holdfast::load
