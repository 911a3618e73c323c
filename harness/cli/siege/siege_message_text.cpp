#include "cli/siege/siege_message_text.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

namespace holdfast::cli {
namespace {

/// RFC 9110, 15, and RFC 6585.
std::string_view reason_phrase(std::uint16_t status) {
  constexpr std::array<std::pair<std::uint16_t, std::string_view>, 43> phrases{{
      {200, "OK"},
      {201, "Created"},
      {202, "Accepted"},
      {203, "Non-Authoritative Information"},
      {204, "No Content"},
      {205, "Reset Content"},
      {206, "Partial Content"},
      {300, "Multiple Choices"},
      {301, "Moved Permanently"},
      {302, "Found"},
      {303, "See Other"},
      {304, "Not Modified"},
      {307, "Temporary Redirect"},
      {308, "Permanent Redirect"},
      {400, "Bad Request"},
      {401, "Unauthorized"},
      {402, "Payment Required"},
      {403, "Forbidden"},
      {404, "Not Found"},
      {405, "Method Not Allowed"},
      {406, "Not Acceptable"},
      {407, "Proxy Authentication Required"},
      {408, "Request Timeout"},
      {409, "Conflict"},
      {410, "Gone"},
      {411, "Length Required"},
      {412, "Precondition Failed"},
      {413, "Content Too Large"},
      {414, "URI Too Long"},
      {415, "Unsupported Media Type"},
      {416, "Range Not Satisfiable"},
      {417, "Expectation Failed"},
      {422, "Unprocessable Content"},
      {426, "Upgrade Required"},
      {428, "Precondition Required"},
      {429, "Too Many Requests"},
      {431, "Request Header Fields Too Large"},
      {500, "Internal Server Error"},
      {501, "Not Implemented"},
      {502, "Bad Gateway"},
      {503, "Service Unavailable"},
      {504, "Gateway Timeout"},
      {505, "HTTP Version Not Supported"},
  }};
  auto const found = std::find_if(phrases.begin(), phrases.end(), [&](auto const& p) { return p.first == status; });
  return found == phrases.end() ? std::string_view{} : found->second;
}

}  // namespace

std::string shown_request(std::string_view bytes) {
  return fmt::format("{}{}\n", bytes, bytes.ends_with('\n') ? "" : "\n");
}

std::string shown_head(load::answer const& reply) {
  auto text = fmt::format("HTTP/1.{} {} {}\r\n", reply.http_minor, reply.status, reason_phrase(reply.status));
  for (auto const& field : reply.headers) text += fmt::format("{}: {}\r\n", field.name, field.value);
  return text + "\r\n\n";
}

std::string failure_text(load::outcome reason, std::string_view detail, net::origin const& to) {
  auto const place = to.unix_path.empty() ? fmt::format("{}:{}", to.host, to.port) : to.unix_path;
  auto const first_place =
      to.unix_path.empty() ? fmt::format("{}:{}", net::connect_host(to), net::connect_port(to)) : to.unix_path;
  auto const why = [detail](std::string_view otherwise) { return detail.empty() ? otherwise : detail; };
  switch (reason) {
    case load::outcome::resolve_failed:
      return fmt::format("Address resolution failed for {}: {}", net::connect_host(to),
                         why("no address for this name"));
    case load::outcome::connect_refused:
      return fmt::format("socket: unable to connect {}: {}", first_place, why("Connection refused"));
    case load::outcome::connect_timeout:
      return fmt::format("socket: unable to connect {}: {}", first_place, why("Connection timed out"));
    case load::outcome::tls_failed:
      return fmt::format("Failed to make an SSL connection to {}: {}", place, why("the handshake failed"));
    case load::outcome::reset:
      return fmt::format("socket: {}: {}", place, why("Connection reset by peer"));
    case load::outcome::closed_early:
      return fmt::format("socket: {}: the server closed the connection before the answer was whole", place);
    case load::outcome::response_timeout:
      return fmt::format("socket: {}: no answer within the timeout", place);
    case load::outcome::malformed_answer:
      return fmt::format("socket: {}: the answer is not HTTP{}{}", place, detail.empty() ? "" : ": ", detail);
    default:
      return fmt::format("socket: {}: {}", place, load::name_of(reason));
  }
}

}  // namespace holdfast::cli
