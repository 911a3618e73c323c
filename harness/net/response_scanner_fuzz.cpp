// Any bytes, whole and cut into pieces, with and without retaining: the same facts, and bounded memory.
// The first byte chooses the pieces and what is expected.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "net/response_scanner.hpp"

namespace {

using namespace holdfast::net;

void require(bool holds) {
  if (!holds) std::abort();
}

scan_limits const limits{.head_bytes = 2048, .header_count = 16, .trailer_bytes = 512, .kept_body_bytes = 256};

std::size_t feed_in_pieces(response_scanner& scanner, std::span<char const> bytes, std::size_t piece) {
  std::size_t taken = 0;
  while (taken < bytes.size() && scanner.state() < scan_state::complete) {
    // Skipping must count as if the bytes had been fed.
    auto const skip = std::min<std::uint64_t>({scanner.skippable(), piece, bytes.size() - taken});
    if (skip != 0 && piece % 2 == 0) {
      scanner.skipped(skip);
      taken += skip;
      continue;
    }
    taken += scanner.feed(bytes.subspan(taken, std::min(piece, bytes.size() - taken)));
  }
  return taken;
}

void require_same(response_scanner const& whole, response_scanner const& pieces) {
  require(whole.state() == pieces.state());
  require(whole.problem() == pieces.problem());
  require(whole.body_bytes() == pieces.body_bytes());
  if (whole.state() == scan_state::need_head || whole.state() == scan_state::malformed) return;
  require(whole.head().status == pieces.head().status);
  require(whole.head().keep_alive == pieces.head().keep_alive);
  require(whole.head().framing == pieces.head().framing);
  require(whole.head().content_length == pieces.head().content_length);
}

void require_bounded(response_scanner const& scanner) {
  require(scanner.body().size() <= limits.kept_body_bytes);
  require(scanner.fields().size() <= limits.header_count);
  std::size_t kept = scanner.reason().size();
  for (auto const& field : scanner.fields()) kept += field.name.size() + field.value.size();
  require(kept <= limits.head_bytes);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  if (size == 0) return 0;
  auto const rule = (data[0] & 1) != 0 ? body_rule::never : body_rule::by_headers;
  std::size_t const piece = 1 + (data[0] >> 1) % 24;
  std::span const bytes{static_cast<char const*>(static_cast<void const*>(data + 1)), size - 1};

  response_scanner whole{limits};
  response_scanner pieces{limits};
  response_scanner keeping{limits};
  whole.start(rule);
  pieces.start(rule);
  keeping.start(rule, retain::fields_and_body);
  auto const taken = whole.feed(bytes);
  auto const taken_in_pieces = feed_in_pieces(pieces, bytes, piece);
  feed_in_pieces(keeping, bytes, piece);
  require(whole.state() == scan_state::malformed || taken == taken_in_pieces);
  require_same(whole, pieces);
  auto const is_whole = whole.finish();
  require(pieces.finish() == is_whole && keeping.finish() == is_whole);
  require_same(whole, pieces);
  require_same(whole, keeping);
  require_bounded(keeping);

  // As new for the next answer.
  pieces.start(rule);
  whole.start(rule);
  require(pieces.feed(bytes) == taken && whole.feed(bytes) == taken);
  require_same(whole, pieces);

  // A remembered head must change nothing, whether it is the same one that comes again or one that only begins alike.
  head_memo memo;
  for (int again = 0; again < 2; ++again) {
    response_scanner remembering{limits, &memo};
    response_scanner plain{limits};
    remembering.start(rule);
    plain.start(rule);
    require(remembering.feed(bytes) == plain.feed(bytes));
    require_same(plain, remembering);
    auto const shorter = bytes.first(bytes.size() / 2);
    remembering.start(body_rule::by_headers);
    plain.start(body_rule::by_headers);
    require(remembering.feed(shorter) == plain.feed(shorter));
    require_same(plain, remembering);
  }
  return 0;
}
