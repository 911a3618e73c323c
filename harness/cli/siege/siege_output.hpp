#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "cli/siege/siege_shard.hpp"
#include "core/clock.hpp"
#include "core/result.hpp"

namespace holdfast::cli {

/// What to do when nobody reads a stream any more.
enum class broken_pipe : std::uint8_t {
  ends_program,  ///< "holdfast siege ... | head" has to end when head does, as siege would
  is_an_error
};

/// Writes all of `text`, however long that takes. @error what write(2) said.
result<void> write_stream(int file, std::string_view text, broken_pipe policy);

/// A stream with a thread of its own: a terminal, pipe or disk that is slow must not hold up those who measure. What
/// waits is bounded; what comes when it is full is left out and counted.
class background_stream {
 public:
  static constexpr std::size_t usual_most_waiting = std::size_t{4} << 20U;

  /// How it went.
  struct account {
    std::uint64_t lines_left_out = 0;  ///< because the stream was too slow
    result<void> written;              ///< the first failure; nothing is written after it
  };

  /// @param file  stays the caller's, and open
  /// @param most_waiting  bytes from which nothing more is taken; one text may go beyond
  background_stream(int file, broken_pipe policy, std::size_t most_waiting = usual_most_waiting);
  ~background_stream() { (void)finish(); }
  background_stream(background_stream const&) = delete;
  background_stream& operator=(background_stream const&) = delete;

  /// Takes whole lines, from any thread, without waiting for the stream.
  void offer(std::string text);
  /// Waits until what was taken is written. Nothing may be offered afterwards.
  account finish();

 private:
  void write_texts();

  int file_;
  broken_pipe policy_;
  std::size_t most_waiting_;
  std::mutex mutex_;
  std::condition_variable has_changed_;
  std::deque<std::string> texts_;
  std::size_t waiting_ = 0;  ///< bytes offered and not yet written
  account account_;
  bool is_finishing_ = false;
  std::thread thread_;
};

/// Gathers the lines of one shard and hands them to the streams in batches, so that the threads hardly ever meet: a
/// line stands on the terminal at most 100 ms after the next one came. One object a shard, used by its thread; flush()
/// when that has ended.
class batching_sink final : public transaction_sink {
 public:
  /// With `json_output` standard output is the report's alone: what would be printed there goes to standard error.
  batching_sink(background_stream& out, background_stream& err, bool json_output)
      : out_stream_{out}, err_stream_{err}, json_output_{json_output} {}

  void print(std::string_view text, time_point now) override;
  void complain(std::string_view text, time_point now) override;
  void flush();

 private:
  void flush_if_due(time_point now);

  background_stream& out_stream_;
  background_stream& err_stream_;
  bool json_output_;
  std::string out_, err_;
  time_point flushed_;
};

}  // namespace holdfast::cli
