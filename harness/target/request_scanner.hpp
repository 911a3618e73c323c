#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace holdfast::target {

enum class body_framing : std::uint8_t { none, length, chunked };

/// How a connection goes on after the answer, and what the answer has to say about it.
enum class persistence : std::uint8_t {
  persistent,     ///< HTTP/1.1, nothing to say
  keep_alive_10,  ///< HTTP/1.0 that asked for it: must be confirmed
  close,
};

/// The head of a request. Views into what was scanned.
struct request {
  std::string_view method;
  std::string_view target;   ///< as sent: path and query, or an absolute URL
  std::string_view headers;  ///< all header lines with their line ends
  std::string_view host;
  std::string_view cookie;
  std::string_view authorization;
  std::uint64_t content_length = 0;
  body_framing framing = body_framing::none;
  persistence after = persistence::persistent;
  bool expects_continue = false;
  bool accepts_gzip = false;
  bool is_head() const { return method == "HEAD"; }
};

enum class scan_status : std::uint8_t { complete, incomplete, malformed };

struct scan_result {
  scan_status status = scan_status::incomplete;
  std::size_t bytes = 0;  ///< length of the head with its blank line, when complete
};

/// Reads one request head from the front of `data`. Lenient in line ends (a bare LF is one), strict in everything that
/// could be framed in two ways: a repeated or conflicting Content-Length, Content-Length beside Transfer-Encoding,
/// blanks before a colon, control characters and continued lines are malformed (RFC 9112).
/// @param from  how much of `data` an earlier call has seen already, so that slow senders cost no quadratic time
scan_result scan_request(std::string_view data, std::size_t from, request& into);

/// Calls visit(name, value) for each line of `headers` of a request that was scanned as complete.
template <class Visit>
void for_each_header(std::string_view headers, Visit&& visit) {
  while (!headers.empty()) {
    auto const end = headers.find('\n');
    auto line = headers.substr(0, end);
    headers.remove_prefix(end == std::string_view::npos ? headers.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    auto const colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    auto value = line.substr(colon + 1);
    while (!value.empty() && (value.front() == ' ' || value.front() == '\t')) value.remove_prefix(1);
    while (!value.empty() && (value.back() == ' ' || value.back() == '\t')) value.remove_suffix(1);
    visit(line.substr(0, colon), value);
  }
}

}  // namespace holdfast::target
