#pragma once

#include <cstdint>
#include <string_view>

#include "target/request_scanner.hpp"

namespace holdfast::target {

/// Finds the end of a request's body and hands out its content piece by piece. Keeps nothing.
class body_reader {
 public:
  enum class status : std::uint8_t { more, done, malformed };

  void start(request const& head) {
    framing_ = head.framing;
    left_ = head.content_length;
    at_ = head.framing == body_framing::none     ? place::end
          : head.framing == body_framing::length ? place::data
                                                 : place::size_first_digit;
    line_bytes_ = 0;
  }

  bool is_done() const { return at_ == place::end; }

  /// Takes body bytes off the front of `data`, calling content(piece) for what is not framing. Stops at the body's end.
  template <class Content>
  status consume(std::string_view& data, Content&& content) {
    while (!data.empty() && at_ != place::end) {
      if (at_ == place::data) {
        auto const piece = data.substr(0, left_ < data.size() ? static_cast<std::size_t>(left_) : data.size());
        content(piece);
        data.remove_prefix(piece.size());
        left_ -= piece.size();
        if (left_ == 0) at_ = framing_ == body_framing::length ? place::end : place::data_line_end;
      } else {
        if (!step(data.front())) return status::malformed;
        data.remove_prefix(1);
      }
    }
    return at_ == place::end ? status::done : status::more;
  }

 private:
  enum class place : std::uint8_t {
    data,
    size_first_digit,
    size_digits,
    extension,
    data_line_end,  // CRLF after the data of a chunk
    trailer_start,
    trailer,
    end,
  };

  bool step(char c);
  bool add_digit(char c);

  std::uint64_t left_ = 0;        // of the body or the chunk
  std::uint32_t line_bytes_ = 0;  // of extension or trailers: bounded
  body_framing framing_ = body_framing::none;
  place at_ = place::end;
};

}  // namespace holdfast::target
