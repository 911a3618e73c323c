#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "net/header_field.hpp"

namespace holdfast::net {

/// How the end of a body is known (RFC 9112, 6.3).
enum class body_framing : std::uint8_t { none, length, chunked, until_close };

struct response_head {
  std::uint16_t status = 0;     ///< 100 to 999
  std::uint8_t http_minor = 1;  ///< 0 for HTTP/1.0, 1 for HTTP/1.1
  bool keep_alive = false;      ///< version, Connection and framing allow another exchange on this connection
  body_framing framing = body_framing::none;
  std::uint64_t content_length = 0;  ///< as declared, also when there is no body (HEAD, 304); 0 when not declared
};

/// What a peer may spend before its answer counts as malformed.
struct scan_limits {
  std::size_t head_bytes = std::size_t{64} * 1024;
  std::size_t header_count = 256;       ///< also of the trailers
  std::size_t interim_responses = 64;   ///< 1xx before the final answer
  std::size_t chunk_line_bytes = 4096;  ///< one chunk size with its extensions
  std::size_t trailer_bytes = std::size_t{16} * 1024;
  std::size_t kept_body_bytes = std::size_t{1024} * 1024;  ///< kept of a body; the rest is counted only
};

enum class scan_state : std::uint8_t { need_head, in_body, complete, malformed };

/// Whether an answer may have a body: an answer to HEAD never has one.
enum class body_rule : std::uint8_t { by_headers, never };

/// What is kept of an answer beside its response_head.
enum class retain : std::uint8_t { nothing, fields, fields_and_body };

/// The last head that came whole in one piece, with what it said. A service under load sends the same head thousands of
/// times (its Date changes once a second): comparing it costs a twentieth of reading it. Shared by scanners with equal
/// limits; one thread at a time.
class head_memo {
 public:
  static constexpr std::size_t most_bytes = 1024;  ///< longer heads are read each time

 private:
  friend class response_scanner;
  std::string bytes_;
  response_head head_;
  std::uint32_t field_count_ = 0;
  bool has_length_ : 1 = false;
  bool has_coding_ : 1 = false;
  bool last_coding_is_chunked_ : 1 = false;
  bool says_close_ : 1 = false;
  bool says_keep_alive_ : 1 = false;
};

/// Reads HTTP/1.0 and HTTP/1.1 answers from a byte stream, in pieces of any size: bytes in, facts out, no input or
/// output. The result does not depend on where the stream was cut. What is not retained costs no copy and no
/// allocation, except for a line of the head that came in two pieces. One object a connection; any thread, one at a
/// time.
///
/// Lenient as RFC 9112 permits a client to be: lines of the head and of trailers may end in a bare LF, the reason
/// phrase and the blank before it may be missing, obsolete line folding is read as a blank (but not in Content-Length,
/// Transfer-Encoding and Connection). Strict where leniency hides a broken server: control bytes, blanks before a
/// colon, conflicting or odd Content-Length, chunk framing without CRLF, anything beyond scan_limits.
/// Transfer-Encoding wins over Content-Length; with both, or in HTTP/1.0, the connection is not reusable. Codings other
/// than chunked: as RFC 9112 6.3 says, a body whose last coding is not "chunked" lasts until close.
/// 1xx answers are skipped, except 101, which ends HTTP on the connection: complete, without body, not kept alive.
class response_scanner {
 public:
  /// `memo` may be null and outlives the scanner. The results are the same with and without.
  explicit response_scanner(scan_limits const& limits = {}, head_memo* memo = nullptr) : memo_{memo}, limits_{limits} {}

  /// Forgets everything and expects the next answer. Views handed out before are no longer valid.
  void start(body_rule rule = body_rule::by_headers, retain what = retain::nothing);

  /// Consumes from the front of `bytes`.
  /// @return  how many were taken: all of them, unless the answer is complete (what follows is not part of it) or
  ///          malformed (then the number means nothing).
  std::size_t feed(std::span<char const> bytes);

  /// The peer closed its side.
  /// @return  whether the answer is whole: true completes a body that lasts until close; false: closed too early.
  bool finish();

  scan_state state() const;
  bool has_begun() const { return has_begun_; }  ///< at least one byte has come since start()

  /// The final answer's head. Valid from scan_state::in_body on.
  response_head const& head() const { return head_; }

  std::uint64_t body_bytes() const { return body_bytes_; }  ///< of the body so far, chunk framing not counted

  /// Bytes next on the stream which are body and will not be kept: they may be discarded unseen, then skipped().
  std::uint64_t skippable() const;
  /// `count` bytes were discarded unseen; not more than skippable().
  void skipped(std::uint64_t count);

  /// Reason phrase and fields of the head, trailers not included. Empty unless retained; valid until start().
  std::string_view reason() const { return std::string_view{kept_head_}.substr(0, reason_length_); }
  std::span<header_field const> fields() const { return fields_; }

  /// The body so far, at most scan_limits::kept_body_bytes. Empty unless retained; valid until feed() or start().
  std::string_view body() const { return body_; }
  bool body_was_cut() const { return retain_ == retain::fields_and_body && body_.size() < body_bytes_; }

  /// Why the answer is malformed: a sentence without its full stop; else empty.
  std::string_view problem() const { return problem_; }

 private:
  enum class phase : std::uint8_t {
    status_line,
    fields,
    trailers,
    sized_body,
    endless_body,
    chunk_data,
    chunk_size,
    chunk_size_end,
    chunk_extension,
    chunk_line_feed,
    chunk_data_return,
    chunk_data_line_feed,
    complete,
    malformed,
  };
  enum class field_kind : std::uint8_t { none, other, framing };
  struct field_lengths {
    std::uint32_t name;
    std::uint32_t value;
  };

  void begin_head();
  bool may_use_memo() const;
  char const* take_known_head(char const* at, char const* end);
  void remember_head(char const* begin, char const* end);
  char const* step(char const* at, char const* end);
  char const* fail(std::string_view problem);  ///< always null

  // Readers of lines return the position behind the line; null when the line is not whole or malformed.
  bool is_reading_lines() const { return phase_ <= phase::trailers; }
  std::size_t line_limit() const { return phase_ == phase::trailers ? limits_.trailer_bytes : limits_.head_bytes; }
  char const* take_lines(char const* at, char const* end);
  char const* take_whole_lines(char const* at, char const* end);
  char const* judge_line(char const* at, char const* end, phase lines);
  char const* keep_partial_line(char const* at, char const* end);
  char const* complete_partial_line(char const* at, char const* end);
  char const* take_line(char const* at, char const* end);
  char const* take_status_line(char const* at, char const* end);
  char const* take_field(char const* at, char const* end);
  char const* take_folded(char const* at, char const* end);
  char const* take_value(char const* at, char const* end, std::string_view& value);
  char const* take_line_end(char const* at, char const* end);

  void on_field(std::string_view name, std::string_view value);
  void on_content_length(std::string_view value);
  void on_transfer_encoding(std::string_view value);
  void on_connection(std::string_view value);
  void on_lines_end();
  void lay_out_fields();
  void decide_framing();

  char const* take_body(char const* at, char const* end);
  void count_body(std::uint64_t size);
  void begin_chunk();
  char const* take_chunk_framing(char const* at, char const* end);
  void on_chunk_framing(char c);
  void on_chunk_line_byte(char c);
  void on_chunk_size_digit(std::uint64_t digit);
  void on_chunk_line();

  // What every answer touches comes first: it shares one or two cache lines.
  phase phase_ = phase::status_line;
  body_rule rule_ = body_rule::by_headers;
  retain retain_ = retain::nothing;
  bool has_begun_ = false;
  field_kind last_field_ = field_kind::none;
  bool has_length_ : 1 = false;
  bool has_coding_ : 1 = false;
  bool last_coding_is_chunked_ : 1 = false;
  bool says_close_ : 1 = false;
  bool says_keep_alive_ : 1 = false;
  bool has_chunk_digit_ : 1 = false;
  response_head head_;
  std::uint64_t body_bytes_ = 0;
  std::uint64_t remaining_ = 0;    ///< of a sized body or of a chunk
  std::size_t line_bytes_ = 0;     ///< of the head, of the trailers or of the chunk line so far
  std::uint32_t field_count_ = 0;  ///< of the head or of the trailers so far
  std::uint32_t interim_count_ = 0;
  std::uint32_t reason_length_ = 0;
  std::string_view problem_;
  head_memo* memo_;
  std::string partial_line_;  ///< a line of the head or of the trailers whose end has not come yet
  scan_limits limits_;
  std::string kept_head_;  ///< reason, then names and values, one after the other
  std::vector<field_lengths> kept_lengths_;
  std::vector<header_field> fields_;
  std::string body_;
};

}  // namespace holdfast::net
