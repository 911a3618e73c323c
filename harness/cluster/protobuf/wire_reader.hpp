#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace holdfast::cluster {

/// How the value of a field is written. Groups, which nobody writes any more, are left out.
enum class wire_type : std::uint8_t { varint = 0, fixed64 = 1, bytes = 2, fixed32 = 5 };

struct wire_field {
  std::uint32_t number = 0;
  wire_type type = wire_type::bytes;
  std::uint64_t scalar = 0;  ///< of all types but bytes
  std::string_view bytes;    ///< of type bytes: a part of the message
};

/// The fields of one protobuf message, one after the other. Knows nothing of what they mean.
class wire_reader {
 public:
  explicit wire_reader(std::string_view message) : rest_{message} {}

  bool is_at_end() const { return rest_.empty(); }
  /// Nothing when the message is broken here: `problem` says how, and there is no going on.
  std::optional<wire_field> next();
  /// One of the numbers of a packed list.
  std::optional<std::uint64_t> next_varint();
  std::string_view problem() const { return problem_; }

 private:
  std::nullopt_t fail(std::string_view problem);
  std::optional<std::uint64_t> next_fixed(std::size_t size);
  std::optional<std::string_view> next_bytes();

  std::string_view rest_;
  std::string_view problem_;
};

}  // namespace holdfast::cluster
