#include "cluster/node/termination_schedule.hpp"

#include <algorithm>

namespace holdfast::cluster {

termination_schedule::termination_schedule(time_point asked, nanoseconds grace, pre_stop_hook hook, nanoseconds floor)
    : end_{asked + grace}, floor_{floor}, has_hook_{hook == pre_stop_hook::present && grace > nanoseconds{0}} {}

termination_step termination_schedule::next(time_point now) {
  switch (stage_) {
    case stage::asked:
      if (has_hook_) {
        stage_ = stage::in_pre_stop;
        return termination_step::begin_pre_stop;
      }
      break;
    case stage::in_pre_stop:
      if (now < end_) return termination_step::wait;
      break;
    case stage::before_term:
      break;
    case stage::after_term:
      if (now < kill_at_) return termination_step::wait;
      stage_ = stage::killed;
      return termination_step::kill;
    case stage::killed:
      return termination_step::wait;
  }
  stage_ = stage::after_term;
  kill_at_ = now + std::max(end_ - now, floor_);
  return termination_step::terminate;
}

std::optional<time_point> termination_schedule::next_at() const {
  switch (stage_) {
    case stage::in_pre_stop:
      return end_;
    case stage::after_term:
      return kill_at_;
    case stage::asked:
    case stage::before_term:
      return time_point::min();
    case stage::killed:
      break;
  }
  return std::nullopt;
}

void termination_schedule::pre_stop_ended() {
  if (stage_ == stage::in_pre_stop) stage_ = stage::before_term;
}

void termination_schedule::shorten(time_point now, nanoseconds grace) {
  end_ = std::min(end_, now + grace);
  kill_at_ = std::min(kill_at_, now + std::max(grace, floor_));
}

}  // namespace holdfast::cluster
