#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "cluster/node/log_file.hpp"
#include "cluster/node/log_record.hpp"

namespace holdfast::cluster {

enum class log_stamps : bool { hidden, shown };

/// What to read of a log: the options of "kubectl logs".
struct log_selection {
  std::optional<std::uint64_t> tail{};         ///< the last so many lines
  std::optional<wall_time> since{};            ///< what was written at that time or later
  std::optional<std::uint64_t> limit_bytes{};  ///< of output
  log_stamps stamps = log_stamps::hidden;
};

struct log_piece {
  std::string text;
  bool more_now = false;  ///< ask again at once; else wait for log_file::when_more()
};

/// A reader's place in a log. Nothing is held in memory for a reader that is slow: it takes piece after piece as it
/// can, from the files. If files are removed before it comes to them, it is told so and goes on with the oldest.
class log_cursor {
 public:
  log_cursor(std::shared_ptr<log_file> log, log_selection selection);

  /// What comes next, at most about 128 KiB. Bounded work a call.
  log_piece next();
  /// Nothing will come any more: the program has ended and all was given out, or limit_bytes were.
  bool is_done() const;

 private:
  bool open(std::uint64_t number, std::uint64_t offset);
  bool go_on_to_next_file(std::string& out);
  void start_at_time();
  void start_at_tail(std::uint64_t lines);
  void give(log_record const& record, std::string& out);
  std::size_t take_records(std::string_view bytes, std::string& out);

  std::shared_ptr<log_file> log_;
  log_selection selection_;
  std::string since_;  ///< as a stamp; empty: from the beginning
  std::uint64_t number_ = 0;
  std::uint64_t offset_ = 0;
  file_descriptor fd_;
  std::uint64_t left_;  ///< of limit_bytes
  bool in_line_ = false;
  bool read_all_ = false;
};

}  // namespace holdfast::cluster
