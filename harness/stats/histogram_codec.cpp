#include "stats/histogram_codec.hpp"

#include <bit>
#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>

#include "core/base64.hpp"
#include "stats/error.hpp"

// The format is that of HdrHistogram's AbstractHistogram: 40 bytes of header in network order, then the counts from
// the lowest bucket to the highest one in use, as ZigZag LEB128 numbers of at most nine bytes. A number below zero
// stands for as many empty buckets.
namespace holdfast::stats {
namespace {

constexpr std::uint32_t payload_cookie = 0x1c849303;
constexpr std::uint32_t word_size_flag = 0x10;  // set by every writer of V2; the nibble carries no meaning in V2
constexpr std::uint32_t cookie_mask = ~std::uint32_t{0xf0};
constexpr int max_varint_bytes = 9;

template <std::unsigned_integral Word>
void append_word(std::string& out, Word value) {
  for (int shift = static_cast<int>(sizeof(Word)) * 8 - 8; shift >= 0; shift -= 8) {
    out += static_cast<char>(value >> shift & 0xff);
  }
}

void append_varint(std::string& out, std::int64_t value) {
  auto rest = static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63);
  for (int i = 1; i < max_varint_bytes && rest > 0x7f; ++i, rest >>= 7) out += static_cast<char>((rest & 0x7f) | 0x80);
  out += static_cast<char>(rest);
}

/// Takes values from the front of a text that may end at any time.
class byte_reader {
 public:
  explicit byte_reader(std::string_view bytes) : bytes_{bytes} {}

  std::size_t remaining() const { return bytes_.size(); }

  template <std::unsigned_integral Word>
  std::optional<Word> word() {
    if (bytes_.size() < sizeof(Word)) return std::nullopt;
    Word value = 0;
    for (std::size_t i = 0; i < sizeof(Word); ++i) value = static_cast<Word>(value << 8 | take());
    return value;
  }

  std::optional<std::int64_t> varint() {
    std::uint64_t bits = 0;
    for (int i = 0; i < max_varint_bytes && !bytes_.empty(); ++i) {
      std::uint64_t const byte = take();
      bool const is_last = i == max_varint_bytes - 1;  // whose eighth bit is a digit, too
      bits |= (is_last ? byte : byte & 0x7f) << (7 * i);
      if (is_last || byte < 0x80) return static_cast<std::int64_t>(bits >> 1 ^ (~(bits & 1) + 1));
    }
    return std::nullopt;
  }

 private:
  unsigned char take() {
    auto const first = static_cast<unsigned char>(bytes_.front());
    bytes_.remove_prefix(1);
    return first;
  }
  std::string_view bytes_;
};

/// The layout of the counts that follow; the reader stands at the first of them afterwards.
result<histogram_layout> read_header(byte_reader& in) {
  auto const cookie = in.word<std::uint32_t>();
  if (!cookie || (*cookie & cookie_mask) != payload_cookie) return make_error_code(errc::not_a_v2_histogram);
  auto const length = in.word<std::uint32_t>();
  auto const shift = in.word<std::uint32_t>();  // how a writer rotates its own array; counts are written unrotated
  auto const digits = in.word<std::uint32_t>();
  auto const lowest = in.word<std::uint64_t>();
  auto const highest = in.word<std::uint64_t>();
  auto const ratio = in.word<std::uint64_t>();
  if (!length || !shift || !digits || !lowest || !highest || !ratio || *length != in.remaining()) {
    return make_error_code(errc::truncated);
  }
  // hdr-histogram-js writes the integer 1 where the others write the double 1.0.
  if (*ratio != std::bit_cast<std::uint64_t>(1.0) && *ratio != 1) return make_error_code(errc::unsupported_histogram);
  auto const layout = histogram_layout::of(static_cast<std::int64_t>(*lowest), static_cast<std::int64_t>(*highest),
                                           *digits > 5 ? -1 : static_cast<int>(*digits));
  if (!layout) return make_error_code(errc::bad_layout);
  return *layout;
}

}  // namespace

std::string encode_payload(histogram const& h) {
  std::string counts;
  std::size_t next = 0;  // the bucket that follows what has been written
  h.for_each_bucket([&](histogram::bucket const& b) {
    auto const index = latency_layout.index_of(b.lowest.count());
    // A single empty bucket is written as a count of 0, like every other writer does.
    auto const gap = static_cast<std::int64_t>(index - next);
    if (gap > 0) append_varint(counts, gap == 1 ? 0 : -gap);
    append_varint(counts, static_cast<std::int64_t>(b.count));
    next = index + 1;
  });
  if (h.empty()) append_varint(counts, 0);

  std::string out;
  append_word(out, payload_cookie | word_size_flag);
  append_word(out, static_cast<std::uint32_t>(counts.size()));
  append_word(out, std::uint32_t{0});
  append_word(out, static_cast<std::uint32_t>(latency_layout.digits));
  append_word(out, static_cast<std::uint64_t>(latency_layout.lowest));
  append_word(out, static_cast<std::uint64_t>(latency_layout.highest));
  append_word(out, std::bit_cast<std::uint64_t>(1.0));
  return out + counts;
}

result<histogram> decode_payload(std::string_view bytes) {
  byte_reader in{bytes};
  auto const layout = read_header(in);
  if (!layout) return layout.error();
  histogram h;
  std::size_t index = 0;
  while (in.remaining() > 0) {
    auto const count = in.varint();
    if (!count) return make_error_code(errc::truncated);
    auto const left = layout->counts_length - index;
    auto const buckets = *count < 0 ? ~static_cast<std::uint64_t>(*count) + 1 : std::uint64_t{1};
    if (buckets > left) return make_error_code(errc::bad_counts);
    if (*count > 0) {
      auto const values = static_cast<std::uint64_t>(*count);
      if (values > histogram::max_count - h.count()) return make_error_code(errc::count_overflow);
      h.add({nanoseconds{layout->lowest_value_of(index)}, nanoseconds{layout->highest_value_of(index)}, values});
    }
    index += buckets;
  }
  return h;
}

std::string encode_histogram(histogram const& h) { return base64_encode(compress_payload(encode_payload(h))); }

result<histogram> decode_histogram(std::string_view base64) {
  auto const bytes = base64_decode(base64);
  if (!bytes) return make_error_code(errc::not_base64);
  auto const payload = decompress_payload(*bytes);
  if (!payload) return payload.error();
  return decode_payload(*payload);
}

}  // namespace holdfast::stats
