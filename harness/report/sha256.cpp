#include "report/sha256.hpp"

#include <array>

#include <fmt/format.h>
#include <openssl/sha.h>

namespace holdfast::report {

std::string sha256_hex(std::string_view text) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<unsigned char const*>(text.data()), text.size(), digest.data());
  std::string hex;
  for (auto const byte : digest) hex += fmt::format("{:02x}", byte);
  return hex;
}

}  // namespace holdfast::report
