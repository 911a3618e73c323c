#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string_view>

#include "stats/histogram_codec.hpp"
#include "stats/histogram_log_reader.hpp"

// The first byte chooses the layer, since random bytes seldom get through Base64 and zlib.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using namespace holdfast::stats;
  if (size == 0) return 0;
  std::string_view const text{reinterpret_cast<char const*>(data) + 1, size - 1};
  if (data[0] % 3 == 0) {
    std::istringstream in{std::string{text}};
    (void)merged_histogram_log(in, "fuzz.hlog");
  } else if (data[0] % 3 == 1) {
    (void)decompress_payload(text);
  } else if (auto const h = decode_payload(text)) {
    // What has been read must survive being written.
    auto const again = decode_payload(encode_payload(*h));
    if (!again || !again->same_counts(*h)) std::abort();
  }
  return 0;
}
