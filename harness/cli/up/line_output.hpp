#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "core/clock.hpp"

namespace holdfast::cli {

/// The text without what a terminal would take for a command, and without broken UTF-8: '?' for each such byte or
/// character. Tabs and line ends stay.
std::string printable_text(std::string_view text);

/// Lines for a person, on a descriptor whose reader may be slow, stopped (Ctrl-S) or gone: nothing waits for it. What
/// it does not take yet is kept, up to a bound; further lines are left out and counted. The loop's thread only; the
/// loop does not run after the end of this.
class line_output {
 public:
  static constexpr std::size_t usual_most_kept = std::size_t{1024} * 1024;

  line_output(boost::asio::any_io_executor executor, int descriptor, std::size_t most_kept = usual_most_kept);

  void say(std::string_view line);
  /// Gives the reader that long to take what is kept.
  void finish(nanoseconds limit);

 private:
  void keep(std::string_view text);
  void note_what_was_left_out();
  bool takes_more(nanoseconds wait) const;
  void write(time_point until);
  void arm();

  boost::asio::steady_timer timer_;
  int descriptor_;
  std::size_t most_kept_;
  std::string kept_;
  std::size_t written_ = 0;  ///< of kept_
  std::uint64_t left_out_ = 0;
  bool is_armed_ = false;
};

}  // namespace holdfast::cli
