#pragma once

#include <boost/intrusive/list.hpp>

#include "core/clock.hpp"

namespace holdfast::load {

/// Something with a limit of time. Leaves its list by itself when it is destroyed.
struct deadline_hook : boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
  time_point since;  ///< when the limited time began
};

/// Limits of time of one common length, in the order in which they began, so that the first one is always the next to
/// expire: adding and removing cost a few pointers, and no timer is armed for a request. Used by one thread.
class deadline_list {
 public:
  explicit deadline_list(nanoseconds limit) : limit_{limit} {}

  /// `since` must not be before that of the entry added last.
  void add(deadline_hook& hook, time_point since) {
    hook.unlink();
    hook.since = since;
    entries_.push_back(hook);
  }

  /// Takes the first entry whose limit is reached at `now` out of the list; nullptr when there is none.
  deadline_hook* take_expired(time_point now) {
    if (entries_.empty() || entries_.front().since + limit_ > now) return nullptr;
    auto* const first = &entries_.front();
    first->unlink();
    return first;
  }

  nanoseconds limit() const { return limit_; }

 private:
  nanoseconds limit_;
  boost::intrusive::list<deadline_hook, boost::intrusive::constant_time_size<false>> entries_;
};

}  // namespace holdfast::load
