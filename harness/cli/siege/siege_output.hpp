#pragma once

#include <mutex>
#include <string>
#include <string_view>

#include "cli/siege/siege_shard.hpp"
#include "core/clock.hpp"

namespace holdfast::cli {

/// Standard output and standard error of a siege, shared by its threads. Texts do not get mixed.
class siege_console {
 public:
  void write_out(std::string_view text);
  void write_err(std::string_view text);

 private:
  std::mutex mutex_;
};

/// Gathers the lines of one shard and hands them to the console in batches, so that the threads hardly ever wait for
/// each other: a line stands on the terminal at most 100 ms after the next one came. One object a shard, used by its
/// thread; flush() when that has ended.
class batching_sink final : public transaction_sink {
 public:
  /// With `json_output` standard output is the report's alone: what would be printed there goes to standard error.
  batching_sink(siege_console& console, bool json_output) : console_{console}, json_output_{json_output} {}

  void print(std::string_view text, time_point now) override;
  void complain(std::string_view text, time_point now) override;
  void flush();

 private:
  void flush_if_due(time_point now);

  siege_console& console_;
  bool json_output_;
  std::string out_, err_;
  time_point flushed_;
};

}  // namespace holdfast::cli
