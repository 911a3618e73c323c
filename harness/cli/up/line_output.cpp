#include "cli/up/line_output.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include "cluster/objects/utf8.hpp"

namespace holdfast::cli {
namespace {

constexpr std::size_t bytes_at_once = 512;  // what a pipe or a terminal that is ready takes without a pause
constexpr auto pause_between_tries = std::chrono::milliseconds{50};

bool is_control(char c) { return ((c >= '\0' && c < ' ') || c == '\x7F') && c != '\t' && c != '\n'; }

/// U+0080 to U+009F, which some terminals take for escape sequences, too.
bool is_wide_control(std::string_view text) {
  return text.size() >= 2 && text[0] == '\xC2' && static_cast<unsigned char>(text[1]) < 0xA0;
}

}  // namespace

std::string printable_text(std::string_view text) {
  std::string shown;
  shown.reserve(text.size());
  while (!text.empty()) {
    auto const whole = text.substr(0, cluster::first_broken_utf8(text));
    for (std::size_t at = 0; at < whole.size(); ++at) {
      bool const is_wide = is_wide_control(whole.substr(at));
      shown += is_wide || is_control(whole[at]) ? '?' : whole[at];
      if (is_wide) ++at;
    }
    if (whole.size() < text.size()) shown += '?';
    text.remove_prefix(std::min(whole.size() + 1, text.size()));
  }
  return shown;
}

line_output::line_output(boost::asio::any_io_executor executor, int descriptor, std::size_t most_kept)
    : timer_{std::move(executor)}, descriptor_{descriptor}, most_kept_{most_kept} {}

void line_output::say(std::string_view line) {
  auto const text = printable_text(line) + '\n';
  if (kept_.size() - written_ + text.size() > most_kept_) {
    ++left_out_;
  } else {
    note_what_was_left_out();
    keep(text);
  }
  write(clock_seam::now());
  arm();
}

void line_output::finish(nanoseconds limit) {
  auto const until = clock_seam::now() + limit;
  write(until);
  note_what_was_left_out();
  write(until);
}

void line_output::keep(std::string_view text) {
  kept_.erase(0, std::exchange(written_, 0));
  kept_ += text;
}

void line_output::note_what_was_left_out() {
  if (left_out_ > 0) {
    keep(fmt::format("({} lines were left out: nobody read what was written before them)\n",
                     std::exchange(left_out_, 0)));
  }
}

/// Also when the reader is gone: writing tells.
bool line_output::takes_more(nanoseconds wait) const {
  pollfd watched{.fd = descriptor_, .events = POLLOUT, .revents = 0};
  auto const limit = std::chrono::ceil<std::chrono::milliseconds>(wait).count();
  return ::poll(&watched, 1, static_cast<int>(std::max<std::int64_t>(limit, 0))) > 0;
}

void line_output::write(time_point until) {
  while (written_ < kept_.size() && takes_more(until - clock_seam::now())) {
    auto const piece = std::string_view{kept_}.substr(written_, bytes_at_once);
    auto const count = ::write(descriptor_, piece.data(), piece.size());
    if (count >= 0) {
      written_ += static_cast<std::size_t>(count);
    } else if (errno == EAGAIN) {
      return;
    } else if (errno != EINTR) {
      written_ = kept_.size();  // a reader that has gone does not end the system
    }
  }
}

void line_output::arm() {
  if (written_ == kept_.size() || std::exchange(is_armed_, true)) return;
  timer_.expires_after(pause_between_tries);
  timer_.async_wait([this](boost::system::error_code ec) {
    if (ec) return;
    is_armed_ = false;
    write(clock_seam::now());
    arm();
  });
}

}  // namespace holdfast::cli
