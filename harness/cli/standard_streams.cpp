#include "cli/standard_streams.hpp"

#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

#include "report/output_file.hpp"

namespace holdfast::cli {

result<void> hold_standard_streams() {
  for (auto const stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(stream, F_GETFD) >= 0 || errno != EBADF) continue;
    // The lowest free number is taken, which is this one: those below it are open.
    auto const wrong_way = stream == STDIN_FILENO ? O_WRONLY : O_RDONLY;
    if (::open("/dev/null", wrong_way) < 0) return boost::system::error_code{errno, boost::system::system_category()};
  }
  return {};
}

result<void> write_output_stream(std::string_view text) { return report::write_all(STDOUT_FILENO, text); }

void write_error_stream(std::string_view text) { (void)report::write_all(STDERR_FILENO, text); }

}  // namespace holdfast::cli
