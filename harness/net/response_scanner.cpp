#include "net/response_scanner.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>

#include "net/http_text.hpp"

namespace holdfast::net {
namespace {

constexpr std::string_view version_prefix = "HTTP/1.";

/// A kept body's memory beyond this is given back before the next answer: ten thousand connections may hold one each.
constexpr std::size_t idle_body_capacity = std::size_t{16} * 1024;

constexpr std::string_view too_large = "the head or the trailers are larger than allowed";
constexpr std::string_view not_http = "the answer does not begin like HTTP/1.x";

bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool can_become_http(std::string_view begin) {
  return version_prefix.substr(0, begin.size()) == begin.substr(0, version_prefix.size());
}

/// Null when there is none.
char const* find_line_feed(char const* at, char const* end) {
  return static_cast<char const*>(std::memchr(at, '\n', static_cast<std::size_t>(end - at)));
}

}  // namespace

void response_scanner::start(body_rule rule, retain what) {
  rule_ = rule;
  retain_ = what;
  has_begun_ = false;
  interim_count_ = 0;
  body_bytes_ = 0;
  remaining_ = 0;
  problem_ = {};
  partial_line_.clear();
  if (body_.capacity() > idle_body_capacity) std::string{}.swap(body_);
  body_.clear();
  begin_head();
}

void response_scanner::begin_head() {
  phase_ = phase::status_line;
  head_ = {};
  last_field_ = field_kind::none;
  has_length_ = has_coding_ = last_coding_is_chunked_ = says_close_ = says_keep_alive_ = false;
  line_bytes_ = 0;
  field_count_ = 0;
  reason_length_ = 0;
  kept_head_.clear();
  kept_lengths_.clear();
  fields_.clear();
}

std::size_t response_scanner::feed(std::span<char const> bytes) {
  auto const* const begin = bytes.data();
  auto const* const end = begin + bytes.size();
  auto const* at = begin;
  auto const use_memo = may_use_memo();
  has_begun_ = has_begun_ || !bytes.empty();
  if (use_memo) at = take_known_head(at, end);
  if (use_memo && at == begin && at != end) {
    at = take_lines(at, end);
    if (phase_ > phase::fields && phase_ < phase::malformed && interim_count_ == 0) remember_head(begin, at);
  }
  while (at != end && phase_ < phase::complete) at = step(at, end);
  return phase_ == phase::malformed ? 0 : static_cast<std::size_t>(at - begin);
}

bool response_scanner::may_use_memo() const { return memo_ != nullptr && !has_begun_ && retain_ == retain::nothing; }

/// Behind the head when it is the remembered one, byte for byte; else `at`.
char const* response_scanner::take_known_head(char const* at, char const* end) {
  auto const size = memo_->bytes_.size();
  if (size == 0 || static_cast<std::size_t>(end - at) < size) return at;
  if (std::memcmp(at, memo_->bytes_.data(), size) != 0) return at;
  head_ = memo_->head_;
  field_count_ = memo_->field_count_;
  line_bytes_ = size;
  has_length_ = memo_->has_length_;
  has_coding_ = memo_->has_coding_;
  last_coding_is_chunked_ = memo_->last_coding_is_chunked_;
  says_close_ = memo_->says_close_;
  says_keep_alive_ = memo_->says_keep_alive_;
  decide_framing();
  return at + size;
}

void response_scanner::remember_head(char const* begin, char const* end) {
  auto const size = static_cast<std::size_t>(end - begin);
  if (size > head_memo::most_bytes) return;
  memo_->bytes_.assign(begin, size);
  // What decide_framing() adds depends on the request too, so the head goes back to what the bytes alone say.
  memo_->head_ = {.status = head_.status, .http_minor = head_.http_minor, .content_length = head_.content_length};
  memo_->field_count_ = field_count_;
  memo_->has_length_ = has_length_;
  memo_->has_coding_ = has_coding_;
  memo_->last_coding_is_chunked_ = last_coding_is_chunked_;
  memo_->says_close_ = says_close_;
  memo_->says_keep_alive_ = says_keep_alive_;
}

/// Takes as much as the present phase can use. Null when malformed.
char const* response_scanner::step(char const* at, char const* end) {
  switch (phase_) {
    case phase::status_line:
    case phase::fields:
    case phase::trailers:
      return take_lines(at, end);
    case phase::sized_body:
    case phase::endless_body:
    case phase::chunk_data:
      return take_body(at, end);
    default:
      return take_chunk_framing(at, end);
  }
}

bool response_scanner::finish() {
  if (phase_ == phase::endless_body) phase_ = phase::complete;
  return phase_ == phase::complete;
}

scan_state response_scanner::state() const {
  switch (phase_) {
    case phase::status_line:
    case phase::fields:
      return scan_state::need_head;
    case phase::complete:
      return scan_state::complete;
    case phase::malformed:
      return scan_state::malformed;
    default:
      return scan_state::in_body;
  }
}

char const* response_scanner::fail(std::string_view problem) {
  phase_ = phase::malformed;
  problem_ = problem;
  return nullptr;
}

// --- lines of the head and of the trailers ---------------------------------------------------------------------------

char const* response_scanner::take_lines(char const* at, char const* end) {
  if (!partial_line_.empty()) return complete_partial_line(at, end);
  at = take_whole_lines(at, end);
  if (at == nullptr || at == end || !is_reading_lines()) return at;
  return keep_partial_line(at, end);
}

/// Stops before a line whose end is not there yet, and behind the line that ends the head or the trailers.
char const* response_scanner::take_whole_lines(char const* at, char const* end) {
  auto const limit = line_limit();
  while (at != end && is_reading_lines()) {
    auto const lines = phase_;
    auto const is_last = lines != phase::status_line && (*at == '\r' || *at == '\n');
    auto const* const next = is_last ? take_line_end(at, end) : take_line(at, end);
    if (phase_ == phase::malformed) return judge_line(at, end, lines);
    if (next == nullptr) return at;
    line_bytes_ += static_cast<std::size_t>(next - at);
    if (line_bytes_ > limit) return fail(too_large);
    at = next;
    if (is_last) on_lines_end();
    if (phase_ == phase::malformed) return nullptr;
  }
  return at;
}

/// What comes of a malformed line must not depend on where the stream was cut: it is judged when it is whole, and a
/// line beyond the limit would never have become whole.
char const* response_scanner::judge_line(char const* at, char const* end, phase lines) {
  auto const* const line_feed = find_line_feed(at, end);
  if (line_feed == nullptr) {
    phase_ = lines;
    problem_ = {};
    return at;
  }
  auto const line_size = static_cast<std::size_t>(line_feed + 1 - at);
  if (lines == phase::status_line && !can_become_http({at, line_size})) return fail(not_http);
  auto const limit = lines == phase::trailers ? limits_.trailer_bytes : limits_.head_bytes;
  return line_bytes_ + line_size > limit ? fail(too_large) : nullptr;
}

char const* response_scanner::keep_partial_line(char const* at, char const* end) {
  partial_line_.append(at, end);
  // Something that is not HTTP may never send the end of a line.
  if (phase_ == phase::status_line && !can_become_http(partial_line_)) return fail(not_http);
  if (line_bytes_ + partial_line_.size() > line_limit()) return fail(too_large);
  return end;
}

char const* response_scanner::complete_partial_line(char const* at, char const* end) {
  auto const* const line_feed = find_line_feed(at, end);
  auto const* const stop = line_feed == nullptr ? end : line_feed + 1;
  if (keep_partial_line(at, stop) == nullptr) return nullptr;
  if (line_feed == nullptr) return end;
  auto const* const line = partial_line_.data();
  if (take_whole_lines(line, line + partial_line_.size()) == nullptr) return nullptr;
  partial_line_.clear();
  return stop;
}

char const* response_scanner::take_line(char const* at, char const* end) {
  if (phase_ == phase::status_line) return take_status_line(at, end);
  if (*at == ' ' || *at == '\t') return take_folded(at, end);
  return take_field(at, end);
}

char const* response_scanner::take_status_line(char const* at, char const* end) {
  constexpr std::size_t fixed_size = version_prefix.size() + 5;  // "HTTP/1.1 200"
  auto const is_short = static_cast<std::size_t>(end - at) <= fixed_size;
  if (find_line_feed(at, is_short ? end : at + fixed_size) != nullptr) return fail(not_http);
  if (is_short) return nullptr;
  auto const minor = at[version_prefix.size()];
  auto const* const code = at + version_prefix.size() + 2;
  if (std::memcmp(at, version_prefix.data(), version_prefix.size()) != 0 || code[-1] != ' ') return fail(not_http);
  if (minor != '0' && minor != '1') return fail("an HTTP version other than 1.0 and 1.1");
  if (code[0] < '1' || code[0] > '9' || !is_digit(code[1]) || !is_digit(code[2]) || is_digit(code[3])) {
    return fail("a status which is not a number of three digits");
  }
  head_.http_minor = static_cast<std::uint8_t>(minor - '0');
  head_.status = static_cast<std::uint16_t>((code[0] - '0') * 100 + (code[1] - '0') * 10 + (code[2] - '0'));
  if (code[3] != ' ' && code[3] != '\r' && code[3] != '\n') return fail(not_http);
  std::string_view reason;
  auto const* const next = take_value(code + 3, end, reason);
  if (next == nullptr) return nullptr;
  if (retain_ != retain::nothing) {
    kept_head_.assign(reason);
    reason_length_ = static_cast<std::uint32_t>(reason.size());
  }
  phase_ = phase::fields;
  return next;
}

char const* response_scanner::take_field(char const* at, char const* end) {
  auto const* const name = at;
  while (at != end && is_token_char[static_cast<unsigned char>(*at)]) ++at;
  if (at == end) return nullptr;
  if (*at != ':' || at == name) return fail("a header line without a name and a colon right after it");
  auto const name_size = static_cast<std::size_t>(at - name);
  std::string_view value;
  auto const* const next = take_value(at + 1, end, value);
  if (next != nullptr) on_field({name, name_size}, value);
  return next;
}

/// A line that continues the one before it (obs-fold): read as one blank, as RFC 9112 5.2 demands of a client.
char const* response_scanner::take_folded(char const* at, char const* end) {
  if (last_field_ == field_kind::none) return fail("white space before the first header");
  if (last_field_ == field_kind::framing) return fail("a folded Content-Length, Transfer-Encoding or Connection");
  std::string_view value;
  auto const* const next = take_value(at, end, value);
  if (next != nullptr && !kept_lengths_.empty() && phase_ == phase::fields && !value.empty()) {
    kept_head_.append(1, ' ').append(value);
    kept_lengths_.back().value += static_cast<std::uint32_t>(value.size()) + 1;
  }
  return next;
}

/// The rest of a line without the white space around it.
char const* response_scanner::take_value(char const* at, char const* end, std::string_view& value) {
  while (at != end && is_blank(*at)) ++at;
  auto const* const begin = at;
  for (at = find_control(at, end); at != end && *at == '\t';) at = find_control(at + 1, end);
  if (at == end) return nullptr;
  auto const* last = at;
  while (last != begin && is_blank(last[-1])) --last;
  value = {begin, static_cast<std::size_t>(last - begin)};
  return take_line_end(at, end);
}

/// CR LF, or LF alone.
char const* response_scanner::take_line_end(char const* at, char const* end) {
  if (*at == '\r' && ++at == end) return nullptr;
  if (*at != '\n') return fail("a control byte in the head or the trailers");
  return at + 1;
}

}  // namespace holdfast::net
