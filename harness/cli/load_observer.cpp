#include "cli/load_observer.hpp"

#include <utility>

#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/standard_streams.hpp"

namespace holdfast::cli {
namespace {

constexpr std::string_view to_line_begin = "\r";
constexpr std::string_view clear_to_end = "\x1b[K";

std::size_t terminal_width() {
  constexpr std::size_t usual_width = 80;
  winsize size{};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return usual_width;
  return size.ws_col;
}

}  // namespace

load_observer::load_observer(report::load_description const& about, report::run_folder* folder,
                             std::optional<progress_line> progress)
    : about_{about}, folder_{folder}, progress_{std::move(progress)}, window_{report::planned_length(about.settings)} {}

void load_observer::on_start(time_point start, wall_time start_stamp) {
  window_.begin(start);
  if (progress_) progress_->begin(start);
  if (folder_ == nullptr) return;
  folder_->begin(about_, start, start_stamp);
  warn_of_folder();
}

void load_observer::on_interval(load::interval_record const& record) {
  window_.add(record);
  for (auto const& failure : record.failures) causes_.add(failure);
  if (folder_ != nullptr) {
    folder_->add(record);
    warn_of_folder();
  }
  if (!progress_) return;
  progress_->add(record);
  // The last column stays free: some terminals wrap when it is written.
  auto const line = progress_->text(terminal_width() - 1);
  write_error_stream(std::string{to_line_begin} + line + std::string{clear_to_end});
}

void load_observer::end_progress() {
  if (progress_) write_error_stream(std::string{to_line_begin} + std::string{clear_to_end});
}

void load_observer::warn_of_folder() {
  auto const state = folder_->state();
  if (state.problem.empty() || std::exchange(has_warned_, true)) return;
  end_progress();
  write_error_stream("holdfast load: writing the run stopped: " + state.problem +
                     ". The measurement goes on; the files end here. Make room, then repeat the run.\n");
}

}  // namespace holdfast::cli
