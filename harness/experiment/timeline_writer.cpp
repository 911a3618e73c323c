#include "experiment/timeline_writer.hpp"

#include <utility>

namespace holdfast::experiment {
namespace {

constexpr std::size_t most_unwritten = std::size_t{64} * 1024;

}  // namespace

timeline_writer::timeline_writer(boost::asio::any_io_executor const& executor, report::output_file file,
                                 std::function<void(std::string const&)> on_problem, nanoseconds longest_wait)
    : file_{std::move(file)}, on_problem_{std::move(on_problem)}, longest_wait_{longest_wait}, timer_{executor} {}

timeline_writer::~timeline_writer() { flush(); }

void timeline_writer::add(timeline_event const& event) {
  if (has_failed_) return;
  auto line = to_line(event);
  line += '\n';
  file_.append(line);
  if (waiting_ == 0) flush_later();
  waiting_ += line.size();
  if (waiting_ >= most_unwritten) flush();
}

void timeline_writer::flush() {
  timer_.cancel();
  if (std::exchange(waiting_, 0) == 0 || has_failed_) return;
  auto const written = file_.flush();
  if (written) return;
  has_failed_ = true;
  on_problem_(file_.path() + ": " + written.error().message());
}

void timeline_writer::flush_later() {
  timer_.expires_after(longest_wait_);
  timer_.async_wait([this](boost::system::error_code ec) {
    if (!ec) flush();
  });
}

}  // namespace holdfast::experiment
