#include "target/message_head.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include <fmt/format.h>

namespace holdfast::target {

std::string_view reason_of(std::uint16_t status) {
  static constexpr std::pair<std::uint16_t, std::string_view> reasons[] = {
      {100, "Continue"},
      {103, "Early Hints"},
      {200, "OK"},
      {201, "Created"},
      {202, "Accepted"},
      {204, "No Content"},
      {206, "Partial Content"},
      {301, "Moved Permanently"},
      {302, "Found"},
      {303, "See Other"},
      {304, "Not Modified"},
      {307, "Temporary Redirect"},
      {308, "Permanent Redirect"},
      {400, "Bad Request"},
      {401, "Unauthorized"},
      {403, "Forbidden"},
      {404, "Not Found"},
      {405, "Method Not Allowed"},
      {408, "Request Timeout"},
      {409, "Conflict"},
      {410, "Gone"},
      {413, "Content Too Large"},
      {418, "I'm a teapot"},
      {422, "Unprocessable Content"},
      {429, "Too Many Requests"},
      {431, "Request Header Fields Too Large"},
      {500, "Internal Server Error"},
      {501, "Not Implemented"},
      {502, "Bad Gateway"},
      {503, "Service Unavailable"},
      {504, "Gateway Timeout"},
  };
  auto const* const found =
      std::find_if(std::begin(reasons), std::end(reasons), [status](auto const& r) { return r.first == status; });
  return found == std::end(reasons) ? "Unknown" : found->second;
}

message_head::message_head(std::uint16_t status, persistence after)
    : text_{fmt::format("HTTP/1.1 {} {}\r\nServer: holdfast-target\r\n", status, reason_of(status))} {
  if (after == persistence::close) field("Connection", "close");
  if (after == persistence::keep_alive_10) field("Connection", "keep-alive");
}

message_head& message_head::field(std::string_view name, std::string_view value) {
  text_.append(name).append(": ").append(value).append("\r\n");
  return *this;
}

message_head& message_head::field(std::string_view name, std::uint64_t value) {
  return field(name, fmt::to_string(value));
}

answer plain_answer(request const& to, std::uint16_t status, std::string_view content_type, std::string_view body,
                    std::string_view more) {
  message_head head{status, to.after};
  head.field("Content-Type", content_type).field("Content-Length", body.size());
  auto text = head.text();
  text.insert(text.size() - 2, more);
  if (!to.is_head()) text += body;
  return {.status = status, .steps = {send_text{std::move(text)}}, .end = ending_of(to)};
}

}  // namespace holdfast::target
