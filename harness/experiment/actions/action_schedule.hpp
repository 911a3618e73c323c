#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "experiment/actions/action_executor.hpp"
#include "experiment/actions/condition_board.hpp"
#include "net/task_group.hpp"

namespace holdfast::experiment {

/// Where commands run, and with what.
struct command_place {
  std::filesystem::path folder{"/"};       ///< the profile's
  std::filesystem::path logs{"/"};         ///< gets <action>.log, with a number where it runs several times
  std::vector<std::string> environment{};  ///< "NAME=value"
};

/// Carries out an experiment's actions at their times or when their conditions come true, and puts their beginnings and
/// ends on the timeline. The loop's thread only.
class action_schedule {
 public:
  /// What is given outlives it.
  action_schedule(boost::asio::any_io_executor executor, cluster::local_cluster& of, timeline& to,
                  condition_board& conditions, action_executor& by, command_place commands, std::uint64_t seed);

  /// The load begins now.
  void begin(std::vector<action> const& actions, time_point load_start);
  /// The load has ended: what waits for its time or its condition is given up as failed, faults and pauses end,
  /// commands are ended. Has to have run before this is destroyed.
  boost::asio::awaitable<void> end();

  /// Actions, each repetition counted, that failed or never began.
  std::uint64_t failed() const { return failed_; }

 private:
  boost::asio::awaitable<void> follow(action what, time_point load_start, std::uint64_t seed);
  boost::asio::awaitable<void> do_once(action what, std::uint32_t repetition, std::uint64_t seed);
  boost::asio::awaitable<std::string> trigger(action const& what, time_point load_start);
  boost::asio::awaitable<void> wait_for_end(action_end const& what);
  boost::asio::awaitable<bool> sleep_until(time_point at);
  void tell(action const& what, std::uint32_t repetition, char const* word, std::string const& reason = {});

  boost::asio::any_io_executor executor_;
  cluster::local_cluster& cluster_;
  timeline& timeline_;
  condition_board& conditions_;
  action_executor& by_;
  command_place commands_;
  std::uint64_t seed_;
  std::uint64_t failed_ = 0;
  bool is_ending_ = false;
  net::task_group running_;
};

}  // namespace holdfast::experiment
