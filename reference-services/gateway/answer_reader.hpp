#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/forwarding.hpp"
#include "gateway/outgoing_message.hpp"

namespace holdfast::gateway {

/// Reads a backend's answer from bytes as they come: a decision over bytes, no socket, no clock. The grammar is
/// Beast's. Interim answers (1xx) are read over. Refused is what could be framed in two ways, and more than a proxy can
/// bear.
class answer_reader {
 public:
  enum class progress : std::uint8_t { in_head, in_body, complete, refused };
  enum class body_rule : std::uint8_t { by_head, never };  ///< never: the answer to HEAD

  static constexpr std::size_t longest_head = 64 * 1024;
  static constexpr std::size_t most_fields = 200;
  static constexpr unsigned most_interim_answers = 16;

  answer_reader();
  ~answer_reader();

  void begin(body_rule rule);
  /// Takes bytes off the front of `data` and says how many; the others must be given again with more behind them. Body
  /// bytes are appended to body(), freed of their framing.
  std::size_t feed(std::string_view data);
  /// Between two answers: gives back what a big body has left.
  void make_small();
  /// The backend closed. Whether that is a proper end of the answer.
  bool end();

  progress at() const { return progress_; }
  bool has_begun() const { return has_begun_; }
  bool has_head() const { return progress_ == progress::in_body || progress_ == progress::complete; }
  /// The connection may carry another request after this answer.
  bool keeps_open() const { return keeps_open_; }
  unsigned status() const { return status_; }
  std::string const& reason() const { return reason_; }
  fields const& head_fields() const { return fields_; }
  body_framing framing() const { return framing_; }
  std::optional<std::uint64_t> length() const { return length_; }  ///< told; also of bodies that are not sent
  std::string& body() { return body_; }

 private:
  class parser;
  void restart();
  std::size_t feed_head(std::string_view data);
  void end_head();
  void feed_body(std::string_view data, std::size_t& taken);
  bool may_be_short_last_chunk(std::string_view data) const;

  std::unique_ptr<parser> parser_;
  fields fields_;
  std::string reason_, body_;
  std::optional<std::uint64_t> length_;
  std::uint64_t chunk_left_ = 0;
  unsigned status_ = 0;
  unsigned interim_answers_ = 0;
  body_rule rule_ = body_rule::by_head;
  progress progress_ = progress::in_head;
  body_framing framing_ = body_framing::none;
  bool has_begun_ = false;
  bool keeps_open_ = false;
};

}  // namespace holdfast::gateway
