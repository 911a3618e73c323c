#include <algorithm>
#include <array>

#include <zlib.h>

#include "cli/siege/siege_page.hpp"
#include "net/http_text.hpp"

namespace holdfast::cli {
namespace {

/// zlib's decompressor, ended with its owner.
class inflater {
 public:
  /// `window_bits` as inflateInit2() takes them: 15 + 32 reads gzip and zlib, -15 bare deflate.
  explicit inflater(int window_bits) : is_ready_{inflateInit2(&stream_, window_bits) == Z_OK} {}
  inflater(inflater const&) = delete;
  inflater& operator=(inflater const&) = delete;
  ~inflater() {
    if (is_ready_) inflateEnd(&stream_);
  }

  /// What could be had, and whether the beginning made sense.
  bool run(std::string_view in, std::size_t limit, std::string& out) {
    if (!is_ready_) return false;
    std::array<char, 16UL * 1024> block{};
    // zlib does not write through next_in; its type lacks the const unless ZLIB_CONST is set.
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
    stream_.avail_in = static_cast<uInt>(std::min<std::size_t>(in.size(), 1U << 30));
    for (;;) {
      stream_.next_out = reinterpret_cast<Bytef*>(block.data());
      stream_.avail_out = static_cast<uInt>(block.size());
      auto const state = inflate(&stream_, Z_NO_FLUSH);
      auto const got = std::min(block.size() - stream_.avail_out, limit - out.size());
      out.append(block.data(), got);
      if (state != Z_OK) return state == Z_STREAM_END || state == Z_BUF_ERROR || !out.empty();
      if (out.size() == limit) return true;
    }
  }

 private:
  z_stream stream_{};
  bool is_ready_;
};

}  // namespace

std::optional<std::string> decoded_body(std::string_view body, std::string_view coding, std::size_t limit) {
  if (coding.empty() || net::equals_ignoring_case(coding, "identity")) return std::string{body.substr(0, limit)};
  std::string out;
  auto const is_gzip = net::equals_ignoring_case(coding, "gzip") || net::equals_ignoring_case(coding, "x-gzip");
  if (!is_gzip && !net::equals_ignoring_case(coding, "deflate")) return std::nullopt;
  if (inflater{MAX_WBITS + 32}.run(body, limit, out)) return out;
  // "deflate" means zlib's format, but many servers send it bare.
  out.clear();
  if (!is_gzip && inflater{-MAX_WBITS}.run(body, limit, out)) return out;
  return std::nullopt;
}

}  // namespace holdfast::cli
