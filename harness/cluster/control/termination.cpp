#include "cluster/control/termination.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace holdfast::cluster {
namespace {

/// Kubernetes: however long preStop took, the process gets this time between SIGTERM and SIGKILL.
constexpr std::chrono::seconds least_shutdown_time{2};

}  // namespace

time_point termination::kill_time() const {
  auto const used = *term_sent_ - begin_;
  return *term_sent_ + std::max<nanoseconds>(grace_ - used, least_shutdown_time);
}

termination_step termination::next(time_point now) {
  std::vector<fact> const inputs = {{"grace period", fmt::format("{}s", grace_.count())},
                                    {"since the deletion", fmt::format("{:.3g}s", in_seconds(now - begin_))}};
  if (needs_pre_stop_ && !term_sent_ && grace_ > std::chrono::seconds{0}) {
    needs_pre_stop_ = false;
    is_in_pre_stop_ = true;
    return {termination_action::run_pre_stop, {}, {"running preStop", "preStop comes before SIGTERM", inputs, {}}};
  }
  if (!term_sent_) {
    if (is_in_pre_stop_ && now < begin_ + grace_) return {termination_action::wait, begin_ + grace_, {}};
    explanation why{"sending SIGTERM", "preStop has returned or there is none", inputs, {}};
    if (is_in_pre_stop_) why.limit = "the grace period: preStop is abandoned";
    is_in_pre_stop_ = false;
    term_sent_ = now;
    return {termination_action::send_term, {}, why};
  }
  if (is_kill_sent_) return {};
  if (now < kill_time()) return {termination_action::wait, kill_time(), {}};
  is_kill_sent_ = true;
  return {termination_action::send_kill,
          {},
          {"sending SIGKILL", "max(grace period - time used by preStop, 2 s) after SIGTERM", inputs, {}}};
}

void termination::shorten(std::chrono::seconds grace) { grace_ = std::min(grace_, grace); }

pod_phase final_phase(std::span<int const> exit_codes) {
  bool const is_clean = std::ranges::all_of(exit_codes, [](int code) { return code == 0; });
  return is_clean ? pod_phase::succeeded : pod_phase::failed;
}

}  // namespace holdfast::cluster
