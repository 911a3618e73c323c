#include "cluster/control/image_pull_backoff.hpp"

#include <algorithm>

namespace holdfast::cluster {
namespace {

constexpr std::chrono::seconds first_pull_delay{10};
constexpr std::chrono::seconds pull_delay_cap{300};

}  // namespace

image_pull_decision image_pull_backoff::attempt(std::string const& key, time_point now) {
  auto const found = entries_.find(key);
  if (found == entries_.end()) return {true, {}, now};
  auto const next_try = found->second.last + found->second.delay;
  if (now < next_try) return {false, "ImagePullBackOff", next_try};
  return {true, "ErrImagePull", now};
}

image_pull_decision image_pull_backoff::failed(std::string const& key, time_point now) {
  auto const [found, is_first] = entries_.try_emplace(key);
  auto& [delay, last] = found->second;
  bool const is_forgotten = is_first || now - last > 2 * pull_delay_cap;
  delay = is_forgotten ? first_pull_delay : std::min(delay * 2, pull_delay_cap);
  last = now;
  return {false, "ErrImagePull", now + delay};
}

}  // namespace holdfast::cluster
