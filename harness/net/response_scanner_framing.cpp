// What the head means for the body, and the body itself. The head's lines are read in response_scanner.cpp.
#include <algorithm>
#include <cassert>
#include <limits>
#include <optional>

#include "net/http_text.hpp"
#include "net/response_scanner.hpp"

namespace holdfast::net {
namespace {

/// Digits only, below 2^64.
std::optional<std::uint64_t> decimal_value(std::string_view text) {
  constexpr auto most = std::numeric_limits<std::uint64_t>::max();
  if (text.empty()) return std::nullopt;
  std::uint64_t value = 0;
  for (char const c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    auto const digit = static_cast<std::uint64_t>(c - '0');
    if (value > (most - digit) / 10) return std::nullopt;
    value = value * 10 + digit;
  }
  return value;
}

}  // namespace

// --- fields that say where the body ends -----------------------------------------------------------------------------

void response_scanner::on_field(std::string_view name, std::string_view value) {
  last_field_ = field_kind::other;
  if (++field_count_ > limits_.header_count) {
    fail("more header fields than allowed");
    return;
  }
  if (phase_ == phase::trailers) return;
  switch (name.size()) {
    case 10:
      if (equals_ignoring_case(name, "connection")) on_connection(value);
      break;
    case 14:
      if (equals_ignoring_case(name, "content-length")) on_content_length(value);
      break;
    case 17:
      if (equals_ignoring_case(name, "transfer-encoding")) on_transfer_encoding(value);
      break;
    default:
      break;
  }
  if (retain_ == retain::nothing) return;
  kept_head_.append(name).append(value);
  kept_lengths_.push_back({static_cast<std::uint32_t>(name.size()), static_cast<std::uint32_t>(value.size())});
}

/// One number, or the same number several times (RFC 9110, 8.6).
void response_scanner::on_content_length(std::string_view value) {
  last_field_ = field_kind::framing;
  do {
    auto const length = decimal_value(take_list_element(value));
    if (!length) {
      fail("a Content-Length which is not a number below 2^64");
      return;
    }
    if (has_length_ && *length != head_.content_length) {
      fail("two different values of Content-Length");
      return;
    }
    has_length_ = true;
    head_.content_length = *length;
  } while (!value.empty());
}

void response_scanner::on_transfer_encoding(std::string_view value) {
  last_field_ = field_kind::framing;
  while (!value.empty()) {
    auto const coding = take_list_element(value);
    // "identity" went away with RFC 7230 and meant no coding; servers still send it.
    if (coding.empty() || equals_ignoring_case(coding, "identity")) continue;
    auto const name = trimmed(coding.substr(0, coding.find(';')));
    auto const is_chunked = equals_ignoring_case(name, "chunked");
    if (!is_token(name) || (is_chunked && name.size() != coding.size())) {
      fail("a Transfer-Encoding which is not a list of codings");
      return;
    }
    if (is_chunked && last_coding_is_chunked_) {
      fail("a Transfer-Encoding which is chunked twice");
      return;
    }
    has_coding_ = true;
    last_coding_is_chunked_ = is_chunked;
  }
}

void response_scanner::on_connection(std::string_view value) {
  last_field_ = field_kind::framing;
  while (!value.empty()) {
    auto const option = take_list_element(value);
    if (equals_ignoring_case(option, "close")) says_close_ = true;
    if (equals_ignoring_case(option, "keep-alive")) says_keep_alive_ = true;
  }
}

void response_scanner::on_lines_end() {
  if (phase_ == phase::trailers) {
    phase_ = phase::complete;
    return;
  }
  constexpr std::uint16_t switching_protocols = 101;
  if (head_.status < 200 && head_.status != switching_protocols) {
    if (++interim_count_ > limits_.interim_responses) {
      fail("more interim (1xx) answers than allowed");
      return;
    }
    begin_head();
    return;
  }
  lay_out_fields();
  decide_framing();
}

void response_scanner::lay_out_fields() {
  auto const* at = kept_head_.data() + reason_length_;
  for (auto const& lengths : kept_lengths_) {
    auto const* const value = at + lengths.name;
    fields_.push_back({.name = {at, lengths.name}, .value = {value, lengths.value}});
    at = value + lengths.value;
  }
}

/// RFC 9112 6.3, in its order.
void response_scanner::decide_framing() {
  auto const status = head_.status;
  head_.keep_alive = !says_close_ && (head_.http_minor == 1 || says_keep_alive_);
  // Two opinions on the length, or a coding that HTTP/1.0 does not know: no further answer can be trusted (6.1).
  if (has_coding_ && (has_length_ || head_.http_minor == 0)) head_.keep_alive = false;
  phase_ = phase::complete;
  if (status < 200) head_.keep_alive = false;
  if (rule_ == body_rule::never || status < 200 || status == 204 || status == 304) return;
  if (has_coding_ && last_coding_is_chunked_) {
    head_.framing = body_framing::chunked;
    begin_chunk();
  } else if (has_length_ && !has_coding_) {
    head_.framing = body_framing::length;
    remaining_ = head_.content_length;
    if (remaining_ != 0) phase_ = phase::sized_body;
  } else {
    head_.framing = body_framing::until_close;
    head_.keep_alive = false;
    phase_ = phase::endless_body;
  }
}

// --- body ------------------------------------------------------------------------------------------------------------

char const* response_scanner::take_body(char const* at, char const* end) {
  auto size = static_cast<std::uint64_t>(end - at);
  if (phase_ != phase::endless_body) size = std::min(size, remaining_);
  if (retain_ == retain::fields_and_body) {
    auto const room = limits_.kept_body_bytes - body_.size();
    body_.append(at, std::min<std::size_t>(room, size));
  }
  count_body(size);
  return at + size;
}

void response_scanner::count_body(std::uint64_t size) {
  body_bytes_ += size;
  if (phase_ == phase::endless_body) return;
  remaining_ -= size;
  if (remaining_ != 0) return;
  phase_ = phase_ == phase::sized_body ? phase::complete : phase::chunk_data_return;
}

std::uint64_t response_scanner::skippable() const {
  if (phase_ != phase::sized_body && phase_ != phase::chunk_data) return 0;
  auto const keeps_more = retain_ == retain::fields_and_body && body_.size() < limits_.kept_body_bytes;
  return keeps_more ? 0 : remaining_;
}

void response_scanner::skipped(std::uint64_t count) {
  assert(count <= skippable() && "only body bytes that are not kept may be skipped");
  if (count != 0) count_body(count);
}

// --- chunk framing ---------------------------------------------------------------------------------------------------

void response_scanner::begin_chunk() {
  phase_ = phase::chunk_size;
  remaining_ = 0;
  line_bytes_ = 0;
  has_chunk_digit_ = false;
}

char const* response_scanner::take_chunk_framing(char const* at, char const* end) {
  while (at != end && phase_ >= phase::chunk_size && phase_ <= phase::chunk_data_line_feed) {
    on_chunk_framing(*at++);
  }
  return phase_ == phase::malformed ? nullptr : at;
}

void response_scanner::on_chunk_framing(char c) {
  switch (phase_) {
    case phase::chunk_data_return:
      if (c != '\r')
        fail("a chunk longer than its size");
      else
        phase_ = phase::chunk_data_line_feed;
      return;
    case phase::chunk_data_line_feed:
      if (c != '\n')
        fail("a chunk which does not end in CR LF");
      else
        begin_chunk();
      return;
    case phase::chunk_line_feed:
      if (c != '\n')
        fail("a chunk size which does not end in CR LF");
      else
        on_chunk_line();
      return;
    default:
      break;
  }
  if (++line_bytes_ > limits_.chunk_line_bytes)
    fail("a chunk size line longer than allowed");
  else
    on_chunk_line_byte(c);
}

/// A byte of "1f ;extension=value", up to the CR.
void response_scanner::on_chunk_line_byte(char c) {
  if (phase_ == phase::chunk_size) {
    if (auto const digit = hex_digit_value(c)) {
      on_chunk_size_digit(*digit);
      return;
    }
  }
  if (!has_chunk_digit_)
    fail("a chunk without a size");
  else if (c == '\r')
    phase_ = phase::chunk_line_feed;
  else if (phase_ == phase::chunk_extension) {
    if (is_control(c) && c != '\t') fail("a control byte in a chunk extension");
  } else if (c == ';')
    phase_ = phase::chunk_extension;
  else if (c == ' ' || c == '\t')
    phase_ = phase::chunk_size_end;
  else
    fail("a chunk size which is not a hexadecimal number");
}

void response_scanner::on_chunk_size_digit(std::uint64_t digit) {
  has_chunk_digit_ = true;
  auto const overflows = remaining_ >> 60 != 0;
  remaining_ = remaining_ << 4 | digit;
  if (overflows || remaining_ > std::numeric_limits<std::uint64_t>::max() - body_bytes_) {
    fail("a chunk size beyond 2^64");
  }
}

void response_scanner::on_chunk_line() {
  if (remaining_ != 0) {
    phase_ = phase::chunk_data;
    return;
  }
  phase_ = phase::trailers;
  last_field_ = field_kind::none;
  line_bytes_ = 0;
  field_count_ = 0;
}

}  // namespace holdfast::net
