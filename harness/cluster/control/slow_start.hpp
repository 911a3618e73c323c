#pragma once

#include <algorithm>
#include <cstdint>

namespace holdfast::cluster {

/// Creation in batches of 1, 2, 4, 8, ... pods. Kubernetes: the next batch begins only when the one before had no
/// error, so that a pod that is refused is refused once and not five hundred times.
class slow_start {
 public:
  explicit slow_start(std::int32_t count) : remaining_{count} {}

  /// Size of the next batch; 0: nothing is left to try.
  std::int32_t next_batch() const { return static_cast<std::int32_t>(std::min<std::int64_t>(batch_, remaining_)); }

  /// The batch asked for has been tried.
  void finished(std::int32_t errors) {
    if (remaining_ <= 0) return;
    remaining_ -= next_batch();
    batch_ *= 2;
    if (errors == 0) return;
    skipped_ = remaining_;
    remaining_ = 0;
  }

  /// Pods that were not tried after an error.
  std::int32_t skipped() const { return skipped_; }

 private:
  std::int32_t remaining_;
  std::int64_t batch_ = 1;  // wide enough to double past any count
  std::int32_t skipped_ = 0;
};

}  // namespace holdfast::cluster
