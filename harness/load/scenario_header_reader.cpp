#include <algorithm>
#include <utility>

#include "load/scenario_keys.hpp"
#include "load/scenario_parts.hpp"
#include "net/http_text.hpp"

namespace holdfast::load {
namespace {

std::string lower(std::string_view text) {
  std::string out{text};
  std::ranges::transform(out, out.begin(), net::ascii_lower);
  return out;
}

// Headers that other parts of the scenario stand for.
std::optional<request_problem> place_problem(std::string_view lower_name, scenario_builder const& builder) {
  if (lower_name == "connection") {
    return request_problem{"the connection is not set by a header", "Use \"keep_alive\": true or false."};
  }
  if (lower_name == "cookie" && builder.made.cookies != cookie_policy::off) {
    return request_problem{"cookies are kept by the users here", "Leave the header out, or set \"cookies\" to false."};
  }
  return header_name_problem(lower_name);
}

void remove_header(std::string_view lower_name, std::vector<header_line>& headers) {
  std::erase_if(headers, [&](header_line const& h) { return net::equals_ignoring_case(h.name, lower_name); });
}

}  // namespace

bool has_header(std::vector<header_line> const& headers, std::string_view lower_name) {
  return std::ranges::any_of(headers,
                             [&](header_line const& h) { return net::equals_ignoring_case(h.name, lower_name); });
}

void read_headers(json_field const& field, std::vector<header_line>& headers, scenario_builder& builder) {
  std::vector<header_line> own;
  for (auto const& [name, value] : named_members(field, builder.problems)) {
    auto const key = lower(name);
    if (auto const problem = place_problem(key, builder)) {
      builder.problems.add(value.line(), value.path, std::string{name}, problem->problem, problem->fix);
      continue;
    }
    if (has_header(own, key)) {
      builder.problems.add(value, "the header stands here twice, in other letters", "Keep one of them.");
      continue;
    }
    remove_header(key, headers);
    if (value.value->kind == json_kind::null) continue;
    if (value.value->kind != json_kind::string && value.value->kind != json_kind::number) {
      builder.problems.wrong_kind(value, "a string or a number", {});
      continue;
    }
    auto text = builder.header_text(value, value.value->text);
    if (text) own.push_back({std::string{name}, std::move(*text)});
  }
  std::ranges::move(own, std::back_inserter(headers));
}

std::optional<basic_login> read_login(json_field const& field, scenario_builder& builder) {
  json_object const object{field, scenario_keys::auth, builder.problems};
  auto const user = object.require("user", "Add the user's name.", builder.problems);
  auto const password = object.require("password", "Add the password; \"\" for none.", builder.problems);
  if (!user || !password) return std::nullopt;
  auto name = builder.text(*user, value_encoding::as_is);
  auto word = builder.text(*password, value_encoding::as_is);
  if (!name || !word) return std::nullopt;
  if (name->text().find(':') != std::string_view::npos) {
    builder.problems.add(*user, "a user's name for Basic authentication has no colon", "Remove it.");
    return std::nullopt;
  }
  return basic_login{std::move(*name), std::move(*word)};
}

}  // namespace holdfast::load
