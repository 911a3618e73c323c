// Any bytes as a request target and, byte by byte, as the bytes of a connection: what is accepted is safe to hand
// to a handler, and the pieces in which bytes come make no difference.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "kit/http/request_reader.hpp"
#include "kit/http/request_target.hpp"

namespace {

using namespace holdfast::kit;

void require(bool holds) {
  if (!holds) std::abort();
}

void check_target(std::string_view target) {
  request into;
  if (!read_target(target, into)) return;
  require(into.path.starts_with('/'));
  require(is_valid_utf8(into.path) && is_valid_host(into.host));
  auto const with_end = into.path + "/";
  require(with_end.find("/../") == std::string::npos && with_end.find("/./") == std::string::npos);
  require(into.path.find_first_of(std::string_view{"\0\r\n\\", 4}) == std::string::npos);
  require(into.query.size() <= most_query_parameters);
  for (auto const& [name, value] : into.query) {
    require(is_valid_utf8(name) && is_valid_utf8(value) && value.find('\0') == std::string::npos);
  }
}

/// All progress that one piece of bytes allows.
void give(request_reader& reader, std::string& waiting) {
  using enum request_reader::progress;
  while (reader.at() == in_head || reader.at() == in_body) {
    auto const taken = reader.feed(waiting);
    waiting.erase(0, taken);
    if (taken == 0) return;
  }
}

void check_reader(std::string_view bytes) {
  constexpr message_limits limits{.header_bytes = 512, .header_fields = 8, .body_bytes = 64};
  request_reader whole{limits}, pieces{limits};
  std::string all{bytes};
  give(whole, all);
  std::string waiting;
  for (char const byte : bytes) {
    waiting += byte;
    give(pieces, waiting);
  }
  require(whole.asked().body.size() <= limits.body_bytes);
  require(whole.asked().headers.size() <= limits.header_fields);
  // Lines between chunks are bounded only while they are incomplete.
  if (bytes.size() > limits.header_bytes) return;
  require((whole.at() == request_reader::progress::complete) == (pieces.at() == request_reader::progress::complete));
  if (whole.at() != request_reader::progress::complete) return;
  require(whole.asked().path == pieces.asked().path && whole.asked().body == pieces.asked().body);
  require(all == waiting);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  std::string_view const text{static_cast<char const*>(static_cast<void const*>(data)), size};
  check_target(text);
  if (size < 2000) check_reader(text);
  return 0;
}
