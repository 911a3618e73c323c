#pragma once

namespace holdfast {

/// What every subcommand ends with.
enum class exit_code : int {
  pass = 0,
  check_failed = 1,
  invalid_input = 2,
  could_not_run = 3,
  invalid_measurement = 4,
  inconclusive = 5,
  interrupted = 130,
};

}  // namespace holdfast
