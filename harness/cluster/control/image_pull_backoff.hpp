#pragma once

#include <map>
#include <string>
#include <string_view>

#include "core/clock.hpp"

namespace holdfast::cluster {

struct image_pull_decision {
  bool pulls_now = false;
  std::string_view waiting_reason{};  ///< ErrImagePull right after a failure, ImagePullBackOff while waiting
  time_point next_try{};
};

/// Kubernetes: an image that cannot be had is tried again after 10 s, 20 s, ... up to 300 s; the delay is forgotten
/// after twice the cap without a try. Not a crash: it does not count as a restart.
class image_pull_backoff {
 public:
  /// @param key  pod and image
  image_pull_decision attempt(std::string const& key, time_point now);

  /// The pull that attempt allowed has failed.
  image_pull_decision failed(std::string const& key, time_point now);

  /// The pull has succeeded or the pod is gone.
  void forget(std::string const& key) { entries_.erase(key); }

 private:
  struct entry {
    std::chrono::seconds delay{};
    time_point last{};
  };
  std::map<std::string, entry> entries_{};
};

}  // namespace holdfast::cluster
