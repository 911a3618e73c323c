#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "kit/http/message.hpp"

namespace holdfast::kit {

/// How a connection goes on after an answer, and what the answer has to say about it.
enum class persistence : std::uint8_t {
  keep_open,     ///< HTTP/1.1: nothing to say
  confirm_open,  ///< HTTP/1.0 that asked for it
  close,
};

struct message_limits {
  std::size_t header_bytes = 16 * 1024;
  std::size_t header_fields = 100;
  std::size_t body_bytes = 1024 * 1024;
};

/// Reads requests from bytes as they come, one after the other. A decision over bytes: no socket, no clock. The grammar
/// is Beast's; on top of it everything is refused that could be framed in two ways or mislead a handler.
class request_reader {
 public:
  enum class progress : std::uint8_t { in_head, in_body, complete, refused };

  explicit request_reader(message_limits limits);
  ~request_reader();

  /// Forgets the request before and begins the next one. Keeps memory for reuse, but not much of it.
  void begin();
  /// Takes bytes off the front of `data` and says how many; the others must be given again with more behind them.
  /// Returns after a head so that the caller can act on it: call again while bytes were taken.
  std::size_t feed(std::string_view data);

  progress at() const { return progress_; }
  unsigned refusal() const { return refusal_; }  ///< status of a refused request
  bool has_begun() const { return has_begun_; }  ///< at least a byte of the head was seen
  bool has_head() const { return has_head_; }    ///< asked() is filled but for the body
  /// The client waits for leave to send its body.
  bool expects_continue() const { return expects_continue_; }
  void grant_continue() { expects_continue_ = false; }
  /// For reasons that only the caller knows: too slow, too many.
  void refuse(unsigned status);
  persistence after() const { return after_; }
  request& asked() { return request_; }
  request const& asked() const { return request_; }
  unsigned version() const { return version_; }          ///< 10 or 11
  std::string const& target() const { return target_; }  ///< as it stood in the request line

 private:
  class parser;
  std::size_t feed_head(std::string_view data);
  std::size_t feed_body(std::string_view data);
  void end_head();
  void add_field(std::string_view name, std::string_view value);
  void read_known_field(std::string_view name, std::string_view value);
  bool may_be_short_last_chunk(std::string_view data) const;
  std::size_t skip_empty_lines(std::string_view data);

  message_limits limits_;
  request request_;
  std::vector<header> spare_;  // of requests before: their strings have memory
  std::unique_ptr<parser> parser_;
  std::string target_;
  std::size_t head_bytes_ = 0;
  std::uint64_t chunk_left_ = 0;
  unsigned hosts_ = 0;
  unsigned version_ = 11;
  unsigned refusal_ = 0;
  progress progress_ = progress::in_head;
  persistence after_ = persistence::close;
  bool has_begun_ = false;
  bool has_head_ = false;
  bool expects_continue_ = false;
  bool is_expectation_unknown_ = false;
  bool has_transfer_coding_ = false;
};

}  // namespace holdfast::kit
