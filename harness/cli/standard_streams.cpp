#include "cli/standard_streams.hpp"

#include <unistd.h>

#include "report/output_file.hpp"

namespace holdfast::cli {

result<void> write_output_stream(std::string_view text) { return report::write_all(STDOUT_FILENO, text); }

void write_error_stream(std::string_view text) { (void)report::write_all(STDERR_FILENO, text); }

}  // namespace holdfast::cli
