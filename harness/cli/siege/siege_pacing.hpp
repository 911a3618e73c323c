#pragma once

#include <cstdint>
#include <optional>

#include "cli/siege/siege_settings.hpp"
#include "core/clock.hpp"
#include "core/random.hpp"

namespace holdfast::cli {

/// How long a user pauses before a request. Up to one second every length from 1 ms to `delay` is equally likely; above
/// siege draws from [0, delay] and rounds to whole seconds, and so do we. (At exactly one second siege rounds too and
/// gets 0 or 1 s; its manual promises what we do, with the same mean.)
nanoseconds draw_siege_delay(nanoseconds delay, random_engine& random);

/// Which URL of the list a user asks for next, and when it has done its part.
class siege_url_order {
 public:
  /// `urls` is above 0. User k of n starts at k * (urls / n) and goes on in order; with `internet` each choice is
  /// random; with `once` each user goes through the list from its start, one time.
  siege_url_order(siege_settings const& settings, std::uint64_t user, std::uint64_t urls);

  /// Nothing when the user is done.
  std::optional<std::uint64_t> next(random_engine& random);
  bool is_done() const { return left_ && *left_ == 0; }

 private:
  std::uint64_t urls_;
  std::uint64_t at_ = 0;
  std::optional<std::uint64_t> left_;  ///< nothing: no end
  bool internet_;
};

}  // namespace holdfast::cli
