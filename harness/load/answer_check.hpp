#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/json_document.hpp"
#include "load/answer_view.hpp"
#include "load/outcome.hpp"
#include "load/text_pattern.hpp"
#include "load/text_template.hpp"

namespace holdfast::load {

struct status_range {
  std::uint16_t first = 0;
  std::uint16_t last = 0;
};

/// Conditions on a text; all must hold.
struct text_condition {
  std::optional<text_template> equals;
  std::vector<text_template> contains;
  std::vector<text_template> lacks;
  std::optional<text_pattern> matches;
  bool is_empty() const { return !equals && contains.empty() && lacks.empty() && !matches; }
};

struct header_condition {
  std::string name;  ///< in lower case
  bool present = true;
  text_condition value;
};

struct json_condition {
  std::uint32_t pointer = 0;  ///< index in the step's pointers
  bool exists = true;
  /// Kind that equals() asks for. Nothing: the text alone counts (a template, whose value may be a number or a string).
  std::optional<json_kind> kind;
  text_condition value;
};

/// What an answer has to be like; all must hold. Empty conditions hold for every answer.
struct answer_conditions {
  std::vector<status_range> status;  ///< one of them; empty: not asked for
  std::vector<header_condition> headers;
  text_condition body;
  std::vector<json_condition> json;
  std::optional<std::uint64_t> least_bytes;
  std::optional<std::uint64_t> most_bytes;

  bool expects(std::uint16_t code) const;
  bool needs_body() const { return !body.is_empty() || !json.empty(); }
};

/// How the answers of one step are judged.
struct answer_rules {
  answer_conditions check;
  std::optional<answer_conditions> refused;   ///< in place of the default: 503 or 429 with a Retry-After header
  std::optional<answer_conditions> fallback;  ///< a substitute answer
  bool needs_body() const {
    return check.needs_body() || (refused && refused->needs_body()) || (fallback && fallback->needs_body());
  }
};

/// ok below 400, else http_4xx or http_5xx.
outcome class_of(std::uint16_t status);

/// Whether all conditions hold; if not, `reason` says which one does not and why.
bool holds(answer_conditions const& wanted, answer_view& from, render_values const& values, std::string& reason);

/// The class of an answer, in this order:
///  1. refused_fast: the step's `refused` conditions hold; without such, 503 or 429 with a Retry-After header, unless
///     the check names the status as expected;
///  2. the class of a status that the check does not expect: http_4xx, http_5xx, or check_failed below 400. Without
///     expected statuses everything below 400 is expected;
///  3. check_failed: another condition of the check does not hold;
///  4. ok_by_fallback: the `fallback` conditions hold;
///  5. ok.
/// `reason` says why when it is not ok.
outcome judge(answer_rules const& rules, answer_view& from, render_values const& values, std::string& reason);

}  // namespace holdfast::load
