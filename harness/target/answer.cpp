#include "target/answer.hpp"

#include <algorithm>

namespace holdfast::target {
namespace {

constexpr std::string_view line = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.\n";
constexpr std::uint64_t block_bytes = 64 * 1024;
static_assert(line.size() == 64);

std::string make_block() {
  std::string block;
  block.reserve(block_bytes + line.size());
  while (block.size() < block_bytes + line.size()) block += line;
  return block;
}

}  // namespace

std::string_view filler(std::uint64_t offset, std::uint64_t bytes) {
  static std::string const block = make_block();
  auto const start = static_cast<std::size_t>(offset % line.size());
  return std::string_view{block}.substr(start, static_cast<std::size_t>(std::min(bytes, block_bytes)));
}

}  // namespace holdfast::target
