#pragma once

#include <functional>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "core/timeline_event.hpp"
#include "report/output_file.hpp"

namespace holdfast::experiment {

/// Writes a timeline's events to a file as they come; what is not written yet is at most a second old, and 64 KiB. A
/// write that fails ends the writing, not the run. The executor's thread only.
class timeline_writer {
 public:
  /// @param on_problem  told once: "<path>: <what the system said>"
  timeline_writer(boost::asio::any_io_executor const& executor, report::output_file file,
                  std::function<void(std::string const&)> on_problem,
                  nanoseconds longest_wait = std::chrono::seconds{1});
  timeline_writer(timeline_writer const&) = delete;
  timeline_writer& operator=(timeline_writer const&) = delete;
  ~timeline_writer();  ///< writes what is left

  void add(timeline_event const& event);
  /// Writes what is left now.
  void flush();
  bool has_failed() const { return has_failed_; }

 private:
  void flush_later();

  report::output_file file_;
  std::function<void(std::string const&)> on_problem_;
  nanoseconds longest_wait_;
  boost::asio::steady_timer timer_;
  std::size_t waiting_ = 0;  // bytes
  bool has_failed_ = false;
};

}  // namespace holdfast::experiment
