// Any bytes as the head of a request: never read beyond, the same in pieces as in one, and what is accepted has one
// framing and fields that can stand in a head.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "target/digest_auth.hpp"
#include "target/path_kind.hpp"
#include "target/request_scanner.hpp"

namespace {

using namespace holdfast::target;

void require(bool holds) {
  if (!holds) std::abort();
}

/// The same head as it arrives piece by piece: as soon as the whole would be complete or malformed, so is this.
scan_result scan_in_pieces(std::string_view text, std::size_t piece, request& into) {
  std::size_t seen = 0;
  scan_result result;
  for (std::size_t end = piece; result.status == scan_status::incomplete; end += piece) {
    auto const data = text.substr(0, end);
    into = {};
    result = scan_request(data, seen, into);
    seen = data.size();
    if (data.size() == text.size()) break;
  }
  return result;
}

void require_same(request const& a, request const& b) {
  require(a.method == b.method && a.target == b.target && a.headers == b.headers && a.host == b.host);
  require(a.cookie == b.cookie && a.authorization == b.authorization && a.content_length == b.content_length);
  require(a.framing == b.framing && a.after == b.after && a.expects_continue == b.expects_continue);
  require(a.accepts_gzip == b.accepts_gzip);
}

void check(request const& head, std::string_view scanned) {
  auto const lies_within = [&](std::string_view part) {
    return part.empty() ||
           (part.data() >= scanned.data() && part.data() + part.size() <= scanned.data() + scanned.size());
  };
  for (auto const part : {head.method, head.target, head.headers, head.host, head.cookie, head.authorization})
    require(lies_within(part));
  require(!head.method.empty() && !head.target.empty());
  require(head.target.find_first_of(std::string_view{"\0\r\n \t", 5}) == std::string_view::npos);
  require(head.framing == body_framing::length || head.content_length == 0);
  for_each_header(head.headers, [](std::string_view name, std::string_view value) {
    require(!name.empty() && name.find_first_of(" \t\r\n") == std::string_view::npos);
    require(value.find_first_of(std::string_view{"\0\r\n", 3}) == std::string_view::npos);
  });
  auto const path = match_path(head.method, head.target);
  require(path.kind != path_kind::digest_auth || digest_auth_answer(head, path).status >= 200);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  std::string_view const text{static_cast<char const*>(static_cast<void const*>(data)), size};
  request whole;
  auto const result = scan_request(text, 0, whole);
  if (result.status == scan_status::complete) {
    require(result.bytes > 0 && result.bytes <= size);
    check(whole, text.substr(0, result.bytes));
  }
  for (std::size_t const piece : {std::size_t{1}, std::size_t{7}}) {
    request in_pieces;
    auto const again = scan_in_pieces(text, piece, in_pieces);
    require(again.status == result.status);
    if (result.status != scan_status::complete) continue;
    require(again.bytes == result.bytes);
    require_same(whole, in_pieces);
  }
  return 0;
}
