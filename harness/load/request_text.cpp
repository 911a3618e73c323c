#include "load/request_text.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "load/extraction.hpp"
#include "net/http_text.hpp"

namespace holdfast::load {
namespace {

constexpr std::string_view product = "holdfast";

header_line const* find_header(std::vector<header_line> const& headers, std::string_view lower_name) {
  auto const found = std::ranges::find_if(
      headers, [&](header_line const& h) { return net::equals_ignoring_case(h.name, lower_name); });
  return found == headers.end() ? nullptr : &*found;
}

void append_line(text_template& head, std::string_view name, text_template const& value) {
  head.append_literal(name);
  head.append_literal(": ");
  head.append(value);
  head.append_literal("\r\n");
}

// The user's own line, or ours.
void append_line_or(text_template& head, request_outline const& outline, std::string_view name,
                    std::string_view lower_name, std::string_view ours) {
  auto const* const given = find_header(outline.headers, lower_name);
  append_line(head, name, given == nullptr ? text_template::literal(ours) : given->value);
}

bool is_placed_first(std::string_view name) {
  return net::equals_ignoring_case(name, "host") || net::equals_ignoring_case(name, "user-agent") ||
         net::equals_ignoring_case(name, "accept");
}

bool expects_body(std::string_view method) { return method == "POST" || method == "PUT" || method == "PATCH"; }

}  // namespace

text_template compile_head(request_outline const& outline) {
  auto head = text_template::literal(outline.method + " ");
  head.append(outline.target);
  bool const old = outline.version == http_version::http_1_0;
  head.append_literal(old ? " HTTP/1.0\r\n" : " HTTP/1.1\r\n");
  append_line_or(head, outline, "Host", "host", outline.host);
  append_line_or(head, outline, "User-Agent", "user-agent", product);
  append_line_or(head, outline, "Accept", "accept", "*/*");
  for (auto const& header : outline.headers) {
    if (!is_placed_first(header.name)) append_line(head, header.name, header.value);
  }
  bool const close = outline.connection == connection_use::close;
  if (close != old && find_header(outline.headers, "connection") == nullptr) {
    head.append_literal(close ? "Connection: close\r\n" : "Connection: keep-alive\r\n");
  }
  return head;
}

void append_header(std::string& out, std::string_view name, std::string_view value) {
  out += name;
  out += ": ";
  out += value;
  out += "\r\n";
}

void append_end_of_head(std::string& out, std::string_view method, std::optional<std::size_t> body_bytes) {
  if (body_bytes || expects_body(method)) {
    fmt::format_to(std::back_inserter(out), "Content-Length: {}\r\n", body_bytes.value_or(0));
  }
  out += "\r\n";
}

std::string plain_request(request_outline const& outline, std::optional<std::string_view> body) {
  std::string out{compile_head(outline).text()};
  append_end_of_head(out, outline.method, body ? std::optional{body->size()} : std::nullopt);
  if (body) out += *body;
  return out;
}

bool closes_connection(request_outline const& outline) {
  auto const* const given = find_header(outline.headers, "connection");
  if (given == nullptr) return outline.connection == connection_use::close;
  auto list = given->value.text();
  bool keeps = outline.version == http_version::http_1_1;
  while (!list.empty()) {
    auto const option = net::take_list_element(list);
    if (net::equals_ignoring_case(option, "close")) return true;
    keeps = keeps || net::equals_ignoring_case(option, "keep-alive");
  }
  return !keeps;
}

void append_basic_credentials(std::string& out, std::string_view user, std::string_view password) {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  auto const size = user.size() + 1 + password.size();
  auto const byte_at = [&](std::size_t i) -> std::uint32_t {
    if (i >= size) return 0;
    char const c = i < user.size() ? user[i] : i == user.size() ? ':' : password[i - user.size() - 1];
    return static_cast<unsigned char>(c);
  };
  out += "Basic ";
  for (std::size_t i = 0; i < size; i += 3) {
    auto const word = byte_at(i) << 16U | byte_at(i + 1) << 8U | byte_at(i + 2);
    out += digits[word >> 18U];
    out += digits[(word >> 12U) & 63U];
    out += i + 1 < size ? digits[(word >> 6U) & 63U] : '=';
    out += i + 2 < size ? digits[word & 63U] : '=';
  }
}

std::optional<request_problem> method_problem(std::string_view method) {
  bool const is_token = !method.empty() && std::ranges::all_of(method, [](char c) {
    return net::is_token_char[static_cast<unsigned char>(c)];
  });
  if (is_token && method != "CONNECT") return std::nullopt;
  return request_problem{"no method that can be sent", "Use e.g. GET, POST, PUT, PATCH, DELETE, HEAD or OPTIONS."};
}

std::optional<request_problem> target_problem(std::string_view target) {
  if (target == "*") return std::nullopt;
  if (!target.starts_with('/')) return request_problem{"a target begins with \"/\"", "Write e.g. \"/items?page=1\"."};
  auto const splits = [](char c) { return net::is_control(c) || c == ' ' || static_cast<unsigned char>(c) > 0x7f; };
  if (std::ranges::none_of(target, splits)) return std::nullopt;
  return request_problem{"a target has no blanks, control characters or letters beyond ASCII",
                         "Percent-encode them, e.g. \"%20\" for a blank."};
}

std::optional<request_problem> header_name_problem(std::string_view name) {
  bool const is_token = !name.empty() && std::ranges::all_of(name, [](char c) {
    return net::is_token_char[static_cast<unsigned char>(c)];
  });
  if (!is_token) return request_problem{"no header name", "Use letters, digits and \"-\", e.g. \"X-Request-Id\"."};
  for (auto const* ours : {"content-length", "transfer-encoding"}) {
    if (net::equals_ignoring_case(name, ours)) {
      return request_problem{"this header follows from the body and cannot be set", "Leave it out."};
    }
  }
  return std::nullopt;
}

std::optional<request_problem> header_value_problem(std::string_view value) {
  if (can_stand_in_header(value)) return std::nullopt;
  return request_problem{"a header's value has no line breaks and other control characters", "Remove them."};
}

}  // namespace holdfast::load
