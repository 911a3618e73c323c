#include "kit/http/answer_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <random>

#include "core/random.hpp"
#include "net/http_text.hpp"

namespace holdfast::kit {
namespace {

struct status_text {
  unsigned status;
  std::string_view line;
};

constexpr std::array<status_text, 35> status_lines{{
    {200, "HTTP/1.1 200 OK\r\n"},
    {201, "HTTP/1.1 201 Created\r\n"},
    {202, "HTTP/1.1 202 Accepted\r\n"},
    {204, "HTTP/1.1 204 No Content\r\n"},
    {206, "HTTP/1.1 206 Partial Content\r\n"},
    {301, "HTTP/1.1 301 Moved Permanently\r\n"},
    {302, "HTTP/1.1 302 Found\r\n"},
    {303, "HTTP/1.1 303 See Other\r\n"},
    {304, "HTTP/1.1 304 Not Modified\r\n"},
    {307, "HTTP/1.1 307 Temporary Redirect\r\n"},
    {308, "HTTP/1.1 308 Permanent Redirect\r\n"},
    {400, "HTTP/1.1 400 Bad Request\r\n"},
    {401, "HTTP/1.1 401 Unauthorized\r\n"},
    {403, "HTTP/1.1 403 Forbidden\r\n"},
    {404, "HTTP/1.1 404 Not Found\r\n"},
    {405, "HTTP/1.1 405 Method Not Allowed\r\n"},
    {406, "HTTP/1.1 406 Not Acceptable\r\n"},
    {408, "HTTP/1.1 408 Request Timeout\r\n"},
    {409, "HTTP/1.1 409 Conflict\r\n"},
    {410, "HTTP/1.1 410 Gone\r\n"},
    {411, "HTTP/1.1 411 Length Required\r\n"},
    {412, "HTTP/1.1 412 Precondition Failed\r\n"},
    {413, "HTTP/1.1 413 Payload Too Large\r\n"},
    {414, "HTTP/1.1 414 URI Too Long\r\n"},
    {415, "HTTP/1.1 415 Unsupported Media Type\r\n"},
    {417, "HTTP/1.1 417 Expectation Failed\r\n"},
    {422, "HTTP/1.1 422 Unprocessable Entity\r\n"},
    {429, "HTTP/1.1 429 Too Many Requests\r\n"},
    {431, "HTTP/1.1 431 Request Header Fields Too Large\r\n"},
    {500, "HTTP/1.1 500 Internal Server Error\r\n"},
    {501, "HTTP/1.1 501 Not Implemented\r\n"},
    {502, "HTTP/1.1 502 Bad Gateway\r\n"},
    {503, "HTTP/1.1 503 Service Unavailable\r\n"},
    {504, "HTTP/1.1 504 Gateway Timeout\r\n"},
    {505, "HTTP/1.1 505 HTTP Version Not Supported\r\n"},
}};

void append_number(std::uint64_t number, std::string& to) {
  std::array<char, 20> digits;
  auto const end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  to.append(digits.data(), end);
}

void append_status_line(unsigned status, std::string& to) {
  for (auto const& known : status_lines) {
    if (known.status != status) continue;
    to.append(known.line);
    return;
  }
  to.append("HTTP/1.1 ");
  append_number(status, to);
  to.append(" \r\n");
}

void append_field(std::string_view name, std::string_view value, std::string& to) {
  to.append(name).append(": ").append(value).append("\r\n");
}

bool is_servers_own(std::string_view name) {
  using net::equals_ignoring_case;
  return equals_ignoring_case(name, "content-length") || equals_ignoring_case(name, "connection") ||
         equals_ignoring_case(name, "transfer-encoding") || equals_ignoring_case(name, "date");
}

bool is_field_value(std::string_view text) {
  auto const* const end = text.data() + text.size();
  return net::find_control(text.data(), end) == end;
}

void append_two_digits(unsigned number, std::string& to) {
  to += static_cast<char>('0' + number / 10);
  to += static_cast<char>('0' + number % 10);
}

void append_hex(std::uint64_t number, std::string& to) {
  for (int shift = 60; shift >= 0; shift -= 4) to += "0123456789abcdef"[(number >> shift) & 15U];
}

std::uint64_t random_seed() {
  std::random_device entropy;
  return std::uint64_t{entropy()} << 32 | entropy();
}

}  // namespace

std::string http_date(wall_time at) {
  constexpr std::array<std::string_view, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  auto const day = std::chrono::floor<std::chrono::days>(at);
  std::chrono::year_month_day const date{day};
  std::chrono::hh_mm_ss const time{std::chrono::floor<std::chrono::seconds>(at - day)};
  std::string text{days.at(std::chrono::weekday{day}.c_encoding())};
  text += ", ";
  append_two_digits(static_cast<unsigned>(date.day()), text);
  text.append(" ").append(months.at(static_cast<unsigned>(date.month()) - 1)).append(" ");
  append_number(static_cast<std::uint64_t>(static_cast<int>(date.year())), text);
  text += ' ';
  append_two_digits(static_cast<unsigned>(time.hours().count()), text);
  text += ':';
  append_two_digits(static_cast<unsigned>(time.minutes().count()), text);
  text += ':';
  append_two_digits(static_cast<unsigned>(time.seconds().count()), text);
  return text += " GMT";
}

std::string_view reason_phrase(unsigned status) {
  auto const known = std::find_if(status_lines.begin(), status_lines.end(),
                                  [status](status_text const& candidate) { return candidate.status == status; });
  if (known == status_lines.end()) return {};
  constexpr std::string_view before = "HTTP/1.1 200 ";
  return known->line.substr(before.size(), known->line.size() - before.size() - 2);
}

std::string common_fields(wall_time now, std::span<header const> every_answer) {
  std::string text;
  append_field("Date", http_date(now), text);
  for (auto const& [name, value] : every_answer) append_field(name, value, text);
  return text;
}

bool is_sendable(response const& answer) {
  if (answer.status < 200 || answer.status > 599 || !is_field_value(answer.content_type)) return false;
  return std::all_of(answer.headers.begin(), answer.headers.end(),
                     [](header const& field) { return net::is_token(field.name) && is_field_value(field.value); });
}

void append_head(response const& answer, std::string_view common, persistence after, std::string& to) {
  append_status_line(answer.status, to);
  to.append(common);
  for (auto const& [name, value] : answer.headers) {
    if (!is_servers_own(name)) append_field(name, value, to);
  }
  if (may_have_body(answer.status)) {
    if (!answer.body.empty() && !answer.content_type.empty()) append_field("Content-Type", answer.content_type, to);
    to.append("Content-Length: ");
    append_number(answer.body.size(), to);
    to.append("\r\n");
  }
  if (after == persistence::close) to.append("Connection: close\r\n");
  if (after == persistence::confirm_open) to.append("Connection: keep-alive\r\n");
  to.append("\r\n");
}

std::string make_correlation_id() {
  thread_local random_engine bits{random_seed()};
  std::string id;
  id.reserve(32);
  append_hex(bits(), id);
  append_hex(bits(), id);
  return id;
}

bool is_valid_correlation_id(std::string_view id) {
  return !id.empty() && id.size() <= 128 &&
         std::all_of(id.begin(), id.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
}

}  // namespace holdfast::kit
