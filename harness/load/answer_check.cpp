#include "load/answer_check.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>

#include <fmt/format.h>

namespace holdfast::load {
namespace {

std::string_view shortened(std::string_view text) { return text.substr(0, 80); }

// The text that a template stands for: without placeholders it is not copied.
std::string_view text_of(text_template const& what, render_values const& values, std::string& scratch) {
  if (what.is_static()) return what.text();
  scratch.clear();
  what.render(values, scratch);
  return scratch;
}

bool holds(text_condition const& wanted, std::string_view text, std::string_view subject, answer_view& from,
           render_values const& values, std::string& reason) {
  auto& scratch = from.scratch().text;
  if (wanted.equals && text != text_of(*wanted.equals, values, scratch)) {
    reason = fmt::format("{} is \"{}\", not \"{}\"", subject, shortened(text),
                         shortened(text_of(*wanted.equals, values, scratch)));
    return false;
  }
  for (auto const& part : wanted.contains) {
    if (text.find(text_of(part, values, scratch)) != std::string_view::npos) continue;
    reason = fmt::format("{} does not contain \"{}\"", subject, shortened(text_of(part, values, scratch)));
    return false;
  }
  for (auto const& part : wanted.lacks) {
    if (text.find(text_of(part, values, scratch)) == std::string_view::npos) continue;
    reason = fmt::format("{} contains \"{}\"", subject, shortened(text_of(part, values, scratch)));
    return false;
  }
  if (wanted.matches && !wanted.matches->occurs_in(text)) {
    reason = fmt::format("{} does not match the pattern", subject);
    return false;
  }
  return true;
}

bool holds(header_condition const& wanted, answer_view& from, render_values const& values, std::string& reason) {
  auto const value = header_of(from.reply(), wanted.name);
  if (value.has_value() != wanted.present) {
    reason = fmt::format("header \"{}\" is {}", wanted.name, wanted.present ? "missing" : "there");
    return false;
  }
  if (!value || wanted.value.is_empty()) return true;
  return holds(wanted.value, *value, fmt::format("header \"{}\"", wanted.name), from, values, reason);
}

// Numbers are equal by value (5 and 5.0), or as they are written: a double does not hold all 64-bit numbers.
bool numbers_differ(std::string_view a, std::string_view b) {
  if (a == b) return false;
  auto const is_plain_integer = [](std::string_view t) {
    return t.find_first_not_of("-0123456789") == std::string_view::npos;
  };
  if (is_plain_integer(a) && is_plain_integer(b)) return true;
  auto const value_of = [](std::string_view t) {
    double value = 0;
    std::from_chars(t.data(), t.data() + t.size(), value);
    return value;
  };
  return value_of(a) != value_of(b);
}

bool holds(json_condition const& wanted, answer_view& from, render_values const& values, std::string& reason) {
  auto const& finding = from.json(wanted.pointer);
  auto const subject = [&] { return fmt::format("body at \"{}\"", from.pointers()[wanted.pointer].text()); };
  if (!from.json_problem().empty()) {
    reason = from.json_problem();
    return false;
  }
  if (finding.exists != wanted.exists) {
    reason = subject() + (wanted.exists ? " is missing" : " is there");
    return false;
  }
  if (!finding.exists) return true;
  if (wanted.kind && *wanted.kind != finding.kind) {
    reason = fmt::format("{} is {}, not {}", subject(), name_of(finding.kind), name_of(*wanted.kind));
    return false;
  }
  if (wanted.kind == json_kind::number && wanted.value.equals &&
      !numbers_differ(finding.text, wanted.value.equals->text())) {
    return true;
  }
  return holds(wanted.value, finding.text, subject(), from, values, reason);
}

bool size_holds(answer_conditions const& wanted, std::uint64_t bytes, std::string& reason) {
  if (wanted.least_bytes && bytes < *wanted.least_bytes) {
    reason = fmt::format("body has {} bytes, fewer than {}", bytes, *wanted.least_bytes);
    return false;
  }
  if (wanted.most_bytes && bytes > *wanted.most_bytes) {
    reason = fmt::format("body has {} bytes, more than {}", bytes, *wanted.most_bytes);
    return false;
  }
  return true;
}

bool rest_holds(answer_conditions const& wanted, answer_view& from, render_values const& values, std::string& reason) {
  auto const each = [&](auto const& condition) { return holds(condition, from, values, reason); };
  return size_holds(wanted, from.reply().body_bytes, reason) && std::ranges::all_of(wanted.headers, each) &&
         holds(wanted.body, from.reply().body, "body", from, values, reason) && std::ranges::all_of(wanted.json, each);
}

bool is_refusal(answer_rules const& rules, answer_view& from, render_values const& values, std::string& scratch) {
  if (rules.refused) return holds(*rules.refused, from, values, scratch);
  auto const status = from.reply().status;
  if (status != 503 && status != 429) return false;
  bool const expected = !rules.check.status.empty() && rules.check.expects(status);
  return !expected && header_of(from.reply(), "retry-after").has_value();
}

}  // namespace

bool answer_conditions::expects(std::uint16_t code) const {
  return std::ranges::any_of(status, [code](status_range r) { return r.first <= code && code <= r.last; });
}

outcome class_of(std::uint16_t status) {
  if (status < 400) return outcome::ok;
  return status < 500 ? outcome::http_4xx : outcome::http_5xx;
}

bool holds(answer_conditions const& wanted, answer_view& from, render_values const& values, std::string& reason) {
  if (!wanted.status.empty() && !wanted.expects(from.reply().status)) {
    reason = fmt::format("status {}", from.reply().status);
    return false;
  }
  return rest_holds(wanted, from, values, reason);
}

outcome judge(answer_rules const& rules, answer_view& from, render_values const& values, std::string& reason) {
  auto const status = from.reply().status;
  if (is_refusal(rules, from, values, reason)) {
    reason = fmt::format("refused with status {}", status);
    return outcome::refused_fast;
  }
  bool const expected = rules.check.status.empty() ? status < 400 : rules.check.expects(status);
  if (!expected) {
    reason = fmt::format("status {}", status);
    auto const by_status = class_of(status);
    return by_status == outcome::ok ? outcome::check_failed : by_status;
  }
  if (!rest_holds(rules.check, from, values, reason)) return outcome::check_failed;
  auto const verdict =
      rules.fallback && holds(*rules.fallback, from, values, reason) ? outcome::ok_by_fallback : outcome::ok;
  reason.clear();
  return verdict;
}

}  // namespace holdfast::load
