#include "target/special_answer.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base64.hpp"
#include "core/units.hpp"
#include "net/percent_encoding.hpp"
#include "target/digest_auth.hpp"
#include "target/gzip.hpp"
#include "target/message_head.hpp"

namespace holdfast::target {
namespace {

using json = nlohmann::ordered_json;

constexpr std::string_view json_type = "application/json";
constexpr std::string_view html_type = "text/html; charset=utf-8";
constexpr nanoseconds longest_delay = std::chrono::hours{1};

answer wrong_argument(request const& to, std::string_view expected) {
  return plain_answer(to, 400, "text/plain", fmt::format("Expected {}.\n", expected));
}

/// Bytes of other people's choice as JSON text: what is not UTF-8 becomes U+FFFD.
std::string dump(json const& value) {
  return value.dump(-1, ' ', false, nlohmann::detail::error_handler_t::replace) + "\n";
}

answer bodiless(request const& to, std::uint16_t status, std::string_view more = {}) {
  auto text = message_head{status, to.after}.text();
  text.insert(text.size() - 2, more);
  return {.status = status, .steps = {send_text{std::move(text)}}, .end = ending_of(to)};
}

answer with_status(request const& to, std::string_view argument) {
  auto const code = parse_count(argument);
  if (!code || *code < 200 || *code > 599) return wrong_argument(to, "/status/ and a code from 200 to 599");
  auto const status = static_cast<std::uint16_t>(*code);
  if (status == 204 || status == 304) return bodiless(to, status);
  return plain_answer(to, status, "text/plain", fmt::format("{} {}\n", status, reason_of(status)));
}

answer with_bytes(request const& to, path_match const& path) {
  auto const size = parse_count(path.argument);
  if (!size) return wrong_argument(to, "/bytes/ and a number of bytes");
  message_head head{200, to.after};
  head.field("Content-Type", "application/octet-stream");
  bool const chunked = query_value(path.query, "chunked") == "1" && *size > 0;
  if (chunked) {
    head.field("Transfer-Encoding", "chunked");
  } else {
    head.field("Content-Length", *size);
  }
  answer made{.status = 200, .steps = {send_text{head.text()}}, .end = ending_of(to)};
  if (to.is_head() || *size == 0) return made;
  if (chunked) made.steps.push_back(send_text{fmt::format("{:x}\r\n", *size)});
  made.steps.push_back(send_filler{*size});
  if (chunked) made.steps.push_back(send_fixed{"\r\n0\r\n\r\n"});
  return made;
}

answer with_delay(request const& to, std::string_view argument, default_answer const& ordinary) {
  auto const length = parse_duration(argument);
  if (!length || *length > longest_delay) return wrong_argument(to, "/delay/ and a duration of at most 1h, e.g. 50ms");
  auto made = ordinary.steps(to);
  made.steps.insert(made.steps.begin(), wait_for{*length});
  return made;
}

answer redirect_to(request const& to, std::uint16_t status, std::string_view location) {
  bool const is_clean = std::none_of(location.begin(), location.end(),
                                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
  if (location.empty() || !is_clean) return wrong_argument(to, "where to redirect to, without control characters");
  return plain_answer(to, status, "text/plain", fmt::format("{}\n", location),
                      fmt::format("Location: {}\r\n", location));
}

answer with_redirects(request const& to, path_match const& path) {
  auto const left = parse_count(path.argument);
  if (!left || *left < 1 || *left > 1000) return wrong_argument(to, "/redirect/ and a number from 1 to 1000");
  auto const given = query_value(path.query, "status");
  auto const status = parse_count(given.empty() ? "302" : given);
  if (!status || *status < 300 || *status > 399) return wrong_argument(to, "a status from 300 to 399");
  auto const code = static_cast<std::uint16_t>(*status);
  if (*left > 1) {
    auto const query = path.query.empty() ? std::string{} : fmt::format("?{}", path.query);
    return redirect_to(to, code, fmt::format("/redirect/{}{}", *left - 1, query));
  }
  auto const goal = query_value(path.query, "to");
  return redirect_to(to, code, goal.empty() ? "/" : net::percent_decode(goal).value_or(""));
}

answer with_redirect_to(request const& to, path_match const& path) {
  auto goal = std::string{path.argument};
  if (!path.query.empty()) goal.append("?").append(path.query);
  return redirect_to(to, 302, net::percent_decode(goal).value_or(""));
}

/// name=value pairs, separated by '&' or "; ".
template <class Visit>
void for_each_pair(std::string_view text, char separator, Visit&& visit) {
  while (!text.empty()) {
    auto const end = text.find(separator);
    auto part = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    while (part.starts_with(' ')) part.remove_prefix(1);
    auto const equals = part.find('=');
    if (equals != std::string_view::npos) visit(part.substr(0, equals), part.substr(equals + 1));
  }
}

answer with_cookies_set(request const& to, std::string_view query) {
  std::string fields;
  json set = json::object();
  for_each_pair(query, '&', [&](std::string_view name, std::string_view value) {
    fields += fmt::format("Set-Cookie: {}={}; Path=/\r\n", name, value);
    set[std::string{name}] = value;
  });
  return plain_answer(to, 200, json_type, dump({{"set", set}}), fields);
}

answer with_cookies(request const& to) {
  json seen = json::object();
  for_each_pair(to.cookie, ';',
                [&](std::string_view name, std::string_view value) { seen[std::string{name}] = value; });
  return plain_answer(to, 200, json_type, dump({{"cookies", seen}}));
}

answer with_basic_auth(request const& to, std::string_view argument) {
  auto const slash = argument.find('/');
  auto const user = net::percent_decode(argument.substr(0, slash));
  auto const password = net::percent_decode(slash == std::string_view::npos ? "" : argument.substr(slash + 1));
  if (slash == std::string_view::npos || !user || !password) return wrong_argument(to, "/basic-auth/user/password");
  if (to.authorization == "Basic " + base64_encode(*user + ':' + *password)) {
    return plain_answer(to, 200, json_type, dump({{"authenticated", true}, {"user", *user}}));
  }
  return plain_answer(to, 401, json_type, dump({{"authenticated", false}}),
                      "WWW-Authenticate: Basic realm=\"holdfast target\"\r\n");
}

answer with_echo(request const& to, request_context const& context) {
  if (context.body_is_cut) return plain_answer(to, 413, "text/plain", "The body is too long to be echoed.\n");
  json fields = json::object();
  for_each_header(to.headers, [&](std::string_view name, std::string_view value) {
    auto& field = fields[std::string{name}];
    field = field.is_null() ? std::string{value} : field.get<std::string>() + ", " + std::string{value};
  });
  return plain_answer(to, 200, json_type,
                      dump({{"method", to.method},
                            {"target", to.target},
                            {"headers", fields},
                            {"body_bytes", context.body.size()},
                            {"body", context.body}}));
}

constexpr std::string_view page =
    "<!DOCTYPE html>\n"
    "<html>\n"
    "<head>\n"
    "<title>Holdfast target</title>\n"
    "<link rel=\"stylesheet\" href=\"/html/style.css\">\n"
    "<link rel=\"icon\" href=\"html/icon.png\">\n"
    "<script src=\"/html/script.js\"></script>\n"
    "</head>\n"
    "<body>\n"
    "<p>A page with parts. <a href=\"/html/other.html\">A link is no part.</a></p>\n"
    "<img src=\"/html/image.png\" alt=\"an image\">\n"
    "<img src='html/again.png'>\n"
    "<!-- <img src=\"/html/comment.png\"> -->\n"
    "</body>\n"
    "</html>\n";

answer with_html_part(request const& to, std::string_view name) {
  std::string_view type = "application/octet-stream";
  if (name.ends_with(".css")) type = "text/css";
  if (name.ends_with(".js")) type = "text/javascript";
  if (name.ends_with(".png")) type = "image/png";
  if (name.ends_with(".html")) type = html_type;
  return plain_answer(to, 200, type, filler(0, 256));
}

answer with_early_hints(request const& to, default_answer const& ordinary) {
  auto made = ordinary.steps(to);
  made.steps.insert(made.steps.begin(), send_fixed{"HTTP/1.1 100 Continue\r\n\r\n"
                                                   "HTTP/1.1 103 Early Hints\r\n"
                                                   "Link: </html/style.css>; rel=preload; as=style\r\n\r\n"});
  return made;
}

answer close_delimited(request const& to, default_answer const& ordinary) {
  message_head head{200, persistence::close};
  head.field("Content-Type", "text/plain");
  answer made{.status = 200, .steps = {send_text{head.text()}}, .end = ending::close};
  if (!to.is_head()) made.steps.push_back(send_filler{ordinary.body_bytes()});
  return made;
}

answer with_gzip(request const& to, default_answer const& ordinary) {
  constexpr std::uint64_t most = 1024 * 1024;
  std::string body;
  auto const size = std::min(ordinary.body_bytes(), most);
  while (body.size() < size) body += filler(body.size(), size - body.size());
  if (!to.accepts_gzip) return plain_answer(to, 200, "text/plain", body, "Vary: Accept-Encoding\r\n");
  return plain_answer(to, 200, "text/plain", gzip_text(body), "Content-Encoding: gzip\r\nVary: Accept-Encoding\r\n");
}

answer with_json(request const& to, request_context const& context) {
  json items = json::array();
  for (int i = 1; i <= 3; ++i) items.push_back({{"id", i}, {"name", fmt::format("item {}", i)}, {"price", i * 1.25}});
  json const value{{"id", fmt::format("id-{}", context.answers_before + 1)}, {"count", 3}, {"items", items}};
  return plain_answer(to, 200, json_type, dump(value), "ETag: \"v1\"\r\n");
}

}  // namespace

answer special_answer(request const& head, path_match const& path, request_context const& context) {
  switch (path.kind) {
    case path_kind::status:
      return with_status(head, path.argument);
    case path_kind::bytes:
      return with_bytes(head, path);
    case path_kind::delay:
      return with_delay(head, path.argument, context.ordinary);
    case path_kind::redirect:
      return with_redirects(head, path);
    case path_kind::redirect_to:
      return with_redirect_to(head, path);
    case path_kind::cookies:
      return with_cookies(head);
    case path_kind::cookies_set:
      return with_cookies_set(head, path.query);
    case path_kind::basic_auth:
      return with_basic_auth(head, path.argument);
    case path_kind::digest_auth:
      return digest_auth_answer(head, path);
    case path_kind::echo:
      return with_echo(head, context);
    case path_kind::html:
      return plain_answer(head, 200, html_type, page);
    case path_kind::html_part:
      return with_html_part(head, path.argument);
    case path_kind::early_hints:
      return with_early_hints(head, context.ordinary);
    case path_kind::close_delimited:
      return close_delimited(head, context.ordinary);
    case path_kind::no_content:
      return bodiless(head, 204);
    case path_kind::not_modified:
      return bodiless(head, 304, "ETag: \"v1\"\r\n");
    case path_kind::gzip:
      return with_gzip(head, context.ordinary);
    case path_kind::json:
      return with_json(head, context);
    case path_kind::ok_by_fallback:
      return plain_answer(head, 200, json_type, dump({{"fallback", true}}), "X-Holdfast-Outcome: fallback\r\n");
    case path_kind::refused:
      return plain_answer(head, 503, "text/plain", "Refused.\n", "Retry-After: 1\r\n");
    case path_kind::ordinary:
      return context.ordinary.steps(head);
    default:
      return misbehaving_answer(head, path, context);
  }
}

}  // namespace holdfast::target
