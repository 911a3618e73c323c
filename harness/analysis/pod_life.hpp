#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"
#include "core/timeline_event.hpp"

namespace holdfast::analysis {

/// What is known of one pod, from its events in the order of time.
class pod_life {
 public:
  void add(timeline_event const& event);

  std::string const& owner() const { return owner_; }
  std::string const& ip() const { return ip_; }
  std::optional<nanoseconds> deleted() const { return deleted_; }
  std::vector<nanoseconds> const& starts() const { return starts_; }
  std::vector<nanoseconds> const& exits() const { return exits_; }
  std::vector<nanoseconds> const& ready() const { return ready_; }
  std::vector<nanoseconds> const& not_ready() const { return not_ready_; }
  std::optional<nanoseconds> created() const { return created_; }

  bool deleted_by(nanoseconds at) const { return deleted_ && *deleted_ <= at; }
  /// First process end in [from, to].
  std::optional<nanoseconds> exit_in(nanoseconds from, nanoseconds to) const;
  /// Since when its process has been gone at that time; none while it runs, or before anything is known of it.
  std::optional<nanoseconds> gone_since(nanoseconds at) const;
  /// Since when its process has been running at that time.
  std::optional<nanoseconds> running_since(nanoseconds at) const;
  bool was_ready_by(nanoseconds at) const { return !ready_.empty() && ready_.front() <= at; }

 private:
  std::string owner_, ip_;
  std::vector<nanoseconds> starts_, exits_, ready_, not_ready_;  // in the order of time
  std::optional<nanoseconds> created_, deleted_;
};

}  // namespace holdfast::analysis
