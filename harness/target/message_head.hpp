#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "target/answer.hpp"
#include "target/request_scanner.hpp"

namespace holdfast::target {

/// "OK" for 200; "Unknown" for what no RFC names.
std::string_view reason_of(std::uint16_t status);

/// Builds the head of an answer: status line and fields, in the order they are added.
class message_head {
 public:
  message_head(std::uint16_t status, persistence after);
  message_head& field(std::string_view name, std::string_view value);
  message_head& field(std::string_view name, std::uint64_t value);
  /// The head with its blank line.
  std::string text() const { return text_ + "\r\n"; }

 private:
  std::string text_;
};

/// What becomes of the connection when the client has its way.
inline ending ending_of(request const& to) { return to.after == persistence::close ? ending::close : ending::keep; }

/// A whole answer with a body of known length: Content-Type, Content-Length, and the body unless `to` is a HEAD.
/// @param more  further header lines, each with its line end
answer plain_answer(request const& to, std::uint16_t status, std::string_view content_type, std::string_view body,
                    std::string_view more = {});

}  // namespace holdfast::target
