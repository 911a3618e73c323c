#include <array>
#include <cstdint>
#include <new>

#include <zlib.h>

#include "stats/error.hpp"
#include "stats/histogram_codec.hpp"

// The outer layer of the encoding: a cookie, the length of what follows, and zlib's format around the payload.
namespace holdfast::stats {
namespace {

constexpr std::array<unsigned char, 4> cookie{0x1c, 0x84, 0x93, 0x14};  // 0x1c849304 with the word-size flag 0x10
constexpr std::size_t header_bytes = 8;

Bytef const* bytes_of(std::string_view text) { return reinterpret_cast<Bytef const*>(text.data()); }

bool has_cookie(std::string_view bytes) {
  for (std::size_t i = 0; i < cookie.size(); ++i) {
    auto const ignored = i == 3 ? 0xf0 : 0;  // the word size, which means nothing in V2
    if ((static_cast<unsigned char>(bytes[i]) | ignored) != (cookie[i] | ignored)) return false;
  }
  return true;
}

class inflater {
 public:
  inflater() {
    if (inflateInit(&stream_) != Z_OK) throw std::bad_alloc{};
  }
  ~inflater() { inflateEnd(&stream_); }
  inflater(inflater const&) = delete;
  inflater& operator=(inflater const&) = delete;

  result<std::string> all_of(std::string_view compressed) {
    stream_.next_in = const_cast<Bytef*>(bytes_of(compressed));  // zlib does not write there
    stream_.avail_in = static_cast<uInt>(compressed.size());
    std::string out;
    std::array<Bytef, 16'384> block{};
    for (;;) {
      stream_.next_out = block.data();
      stream_.avail_out = static_cast<uInt>(block.size());
      int const status = inflate(&stream_, Z_NO_FLUSH);
      if (status == Z_MEM_ERROR) throw std::bad_alloc{};
      if (status != Z_OK && status != Z_STREAM_END) return make_error_code(errc::bad_compression);
      out.append(reinterpret_cast<char const*>(block.data()), block.size() - stream_.avail_out);
      if (out.size() > max_payload_bytes) return make_error_code(errc::too_large);
      if (status != Z_STREAM_END) continue;
      if (stream_.avail_in != 0) return make_error_code(errc::truncated);
      return out;
    }
  }

 private:
  z_stream stream_{};
};

}  // namespace

std::string compress_payload(std::string_view payload) {
  auto length = compressBound(payload.size());
  std::string out(header_bytes + length, '\0');
  if (compress(reinterpret_cast<Bytef*>(out.data()) + header_bytes, &length, bytes_of(payload), payload.size()) !=
      Z_OK) {
    throw std::bad_alloc{};  // the only failure left when the buffer is as large as compressBound asks
  }
  out.resize(header_bytes + length);
  for (std::size_t i = 0; i < 4; ++i) {
    out[i] = static_cast<char>(cookie[i]);
    out[4 + i] = static_cast<char>(length >> (24 - 8 * i) & 0xff);
  }
  return out;
}

result<std::string> decompress_payload(std::string_view bytes) {
  if (bytes.size() < header_bytes) return make_error_code(errc::truncated);
  if (!has_cookie(bytes)) return make_error_code(errc::not_a_v2_histogram);
  std::uint32_t length = 0;
  for (std::size_t i = 4; i < header_bytes; ++i) length = length << 8 | static_cast<unsigned char>(bytes[i]);
  bytes.remove_prefix(header_bytes);
  if (length != bytes.size()) return make_error_code(errc::truncated);
  return inflater{}.all_of(bytes);
}

}  // namespace holdfast::stats
