#include "cli/siege/siege_log.hpp"

#include <array>
#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace holdfast::cli {
namespace {

boost::system::error_code last_error() { return {errno, boost::system::system_category()}; }

/// A file descriptor that closes itself.
class open_file {
 public:
  explicit open_file(int number) : number_{number} {}
  open_file(open_file&& other) noexcept : number_{std::exchange(other.number_, -1)} {}
  open_file(open_file const&) = delete;
  open_file& operator=(open_file const&) = delete;
  ~open_file() {
    if (number_ >= 0) ::close(number_);
  }
  int number() const { return number_; }

 private:
  int number_;
};

result<open_file> open_to_append(std::string const& path) {
  auto const number = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
  if (number < 0) return last_error();
  return open_file{number};
}

result<void> write_all(int file, std::string_view text) {
  while (!text.empty()) {
    auto const written = ::write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return last_error();
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

}  // namespace

std::string_view siege_log_header() {
  return "      Date & Time,  Trans,  Elap Time,  Data Trans,  Resp Time,  Trans Rate,  Throughput,  Concurrent,    "
         "OKAY,   Failed\n";
}

std::string siege_log_row(siege_figures const& f, std::tm const& when) {
  std::array<char, 32> date{};
  std::strftime(date.data(), date.size(), "%Y-%m-%d %H:%M:%S", &when);
  return fmt::format("{},{:7},{:11.2f},{:12},{:11.2f},{:12.2f},{:12.2f},{:12.2f},{:8},{:8}\n", date.data(),
                     f.transactions, f.elapsed_seconds, static_cast<std::uint64_t>(f.megabytes), f.response_seconds,
                     f.transaction_rate, f.throughput, f.concurrency, f.successful, f.failed);
}

std::string siege_log_mark(std::string_view text) { return fmt::format("**** {} ****\n", text); }

std::string siege_log_notice(std::string_view log_file, std::string_view resource_file) {
  auto const where = resource_file.empty() ? std::string_view{"your resource file"} : resource_file;
  return fmt::format("LOG FILE: {}\nTo stop this notice, write\nshow-logfile = false\ninto {}.\n", log_file, where);
}

result<void> append_to_siege_log(std::string const& path, std::string_view lines) {
  auto const file = open_to_append(path);
  if (!file) return file.error();
  struct stat about {};
  if (::fstat(file->number(), &about) != 0) return last_error();
  std::string text;
  if (about.st_size == 0) text += siege_log_header();
  text += lines;
  return write_all(file->number(), text);
}

result<void> check_siege_log(std::string const& path) {
  auto const file = open_to_append(path);
  if (!file) return file.error();
  return {};
}

}  // namespace holdfast::cli
