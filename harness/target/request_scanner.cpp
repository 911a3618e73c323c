#include "target/request_scanner.hpp"

#include <algorithm>

#include "core/units.hpp"
#include "net/http_text.hpp"

namespace holdfast::target {
namespace {

constexpr auto npos = std::string_view::npos;

/// Position after the blank line that ends the head.
std::size_t end_of_head(std::string_view data, std::size_t from) {
  for (auto at = data.find('\n', from); at != npos; at = data.find('\n', at + 1)) {
    auto const next = data.substr(at + 1, 2);
    if (next.starts_with('\n')) return at + 2;
    if (next == "\r\n") return at + 3;
  }
  return npos;
}

std::string_view take_line(std::string_view& text) {
  auto const end = text.find('\n');
  auto line = text.substr(0, end);
  text.remove_prefix(end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

bool has_control(std::string_view text) {
  auto const* at = text.data();
  auto const* const end = at + text.size();
  while ((at = net::find_control(at, end)) != end) {
    if (*at != '\t') return true;
    ++at;
  }
  return false;
}

bool read_request_line(std::string_view line, request& into) {
  auto const first = line.find(' ');
  auto const last = line.rfind(' ');
  if (first == npos || first == last) return false;
  into.method = line.substr(0, first);
  into.target = line.substr(first + 1, last - first - 1);
  auto const version = line.substr(last + 1);
  if (version != "HTTP/1.1" && version != "HTTP/1.0") return false;
  into.after = version.back() == '1' ? persistence::persistent : persistence::close;
  return net::is_token(into.method) && !into.target.empty() && into.target.find_first_of(" \t") == npos &&
         !has_control(into.target);
}

/// The framing fields may come once; what was seen tells a second one from the first.
struct framing_fields {
  bool length = false;
  bool coding = false;
};

bool read_content_length(std::string_view value, framing_fields& seen, request& into) {
  auto const length = parse_count(value);
  if (!length || seen.length || seen.coding) return false;
  seen.length = true;
  into.content_length = *length;
  into.framing = *length > 0 ? body_framing::length : body_framing::none;
  return true;
}

bool read_transfer_encoding(std::string_view value, framing_fields& seen, request& into) {
  if (seen.length || seen.coding || !net::equals_ignoring_case(value, "chunked")) return false;
  seen.coding = true;
  into.framing = body_framing::chunked;
  return true;
}

void read_connection(std::string_view value, request& into) {
  bool const is_old = into.after != persistence::persistent;
  while (!value.empty()) {
    auto const option = net::take_list_element(value);
    if (net::equals_ignoring_case(option, "close")) {
      into.after = persistence::close;
      return;
    }
    if (is_old && net::equals_ignoring_case(option, "keep-alive")) into.after = persistence::keep_alive_10;
  }
}

bool read_header(std::string_view name, std::string_view value, framing_fields& seen, request& into) {
  auto const is = [name](std::string_view lower) { return net::equals_ignoring_case(name, lower); };
  switch (name.size()) {  // spares most comparisons
    case 4:
      if (is("host")) into.host = value;
      break;
    case 6:
      if (is("cookie")) into.cookie = value;
      if (is("expect")) into.expects_continue = net::equals_ignoring_case(value, "100-continue");
      break;
    case 10:
      if (is("connection")) read_connection(value, into);
      break;
    case 13:
      if (is("authorization")) into.authorization = value;
      break;
    case 14:
      if (is("content-length")) return read_content_length(value, seen, into);
      break;
    case 15:
      if (is("accept-encoding")) into.accepts_gzip = value.find("gzip") != npos;
      break;
    case 17:
      if (is("transfer-encoding")) return read_transfer_encoding(value, seen, into);
      break;
    default:
      break;
  }
  return true;
}

bool read_headers(std::string_view lines, request& into) {
  framing_fields seen;
  while (!lines.empty()) {
    auto const line = take_line(lines);
    if (line.empty()) return true;
    auto const colon = line.find(':');
    if (colon == npos || !net::is_token(line.substr(0, colon))) return false;
    auto const value = net::trimmed(line.substr(colon + 1));
    if (has_control(value) || !read_header(line.substr(0, colon), value, seen, into)) return false;
  }
  return true;
}

}  // namespace

scan_result scan_request(std::string_view data, std::size_t from, request& into) {
  // RFC 9112, 2.2: empty lines before the request line are passed over.
  auto const start = data.find_first_not_of("\r\n");
  if (start == npos) return {};
  auto const overlap = from > 3 ? from - 3 : 0;
  auto const end = end_of_head(data, std::max(start, overlap));
  if (end == npos) return {};
  auto lines = data.substr(start, end - start);
  into = {};
  if (!read_request_line(take_line(lines), into)) return {scan_status::malformed, end};
  into.headers = lines;
  if (!read_headers(lines, into)) return {scan_status::malformed, end};
  return {scan_status::complete, end};
}

}  // namespace holdfast::target
