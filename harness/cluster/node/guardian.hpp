#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cluster/node/child_start.hpp"
#include "cluster/node/run_folder.hpp"
#include "core/clock.hpp"
#include "core/result.hpp"

namespace holdfast::cluster {

/// The hidden subcommand by which our own program becomes a guardian.
inline constexpr std::string_view guardian_command = "guardian";

/// A small process that outlives us by a moment: it waits for the other end of a pipe to close, which the kernel does
/// however we end, then kills every process of the run and removes its control groups, its links and its folder. It has
/// a session of its own, so that Ctrl-C does not reach it, and holds the run's lock and addresses until all is gone.
///
/// It is our own program executed anew, not a fork: a fork is only safe before the first thread starts, which nothing
/// would enforce, and would keep a copy of our memory.
class guardian {
 public:
  /// @param keeps    descriptors that it holds open until it is done: the claim of an address_pool
  /// @param program  for tests: else this program
  /// The error is a sentence.
  static result<guardian, std::string> start(run_folder const& run, std::span<int const> keeps = {},
                                             std::string const& program = "/proc/self/exe");
  guardian(guardian&&) noexcept = default;
  guardian& operator=(guardian&&) noexcept = default;
  ~guardian() { finish(); }

  /// Lets it clean up and waits for its end, at most 20 s.
  /// @return  what it could not remove; a sentence each.
  std::vector<std::string> finish();

  pid_t pid() const { return child_.pid; }
  bool is_alive() const;

 private:
  guardian(started_child child, file_descriptor lifeline, file_descriptor report)
      : child_{std::move(child)}, lifeline_{std::move(lifeline)}, report_{std::move(report)} {}
  started_child child_;
  file_descriptor lifeline_;  ///< nobody writes to it; its closing is the message
  file_descriptor report_;
};

/// For main, before it does anything else: the guardian's work and its exit code when the command line asks for it.
std::optional<int> run_as_guardian(std::span<char const* const> arguments);

}  // namespace holdfast::cluster
