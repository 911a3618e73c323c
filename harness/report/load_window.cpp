#include "report/load_window.hpp"

namespace holdfast::report {
namespace {

// Intervals are collected a little after the full second, and requests that end in that moment belong to it.
constexpr nanoseconds collection_delay = std::chrono::milliseconds{20};

}  // namespace

std::optional<nanoseconds> planned_length(load::load_settings const& settings) {
  if (auto const* const plan = std::get_if<load::closed_loop_plan>(&settings.arrivals)) return plan->duration;
  return std::get<load::open_loop>(settings.arrivals).schedule.length();
}

void load_window::extend(figures& to, load::interval_record const& by, nanoseconds until) {
  to.length = until;
  to.completed += by.ledger.completed();
  to.ok += by.ledger.ok();
}

void load_window::add(load::interval_record const& interval) {
  auto const until = interval.ended - start_;
  extend(whole_, interval, until);
  if (planned_ && until <= *planned_ + collection_delay) extend(inside_, interval, until);
}

}  // namespace holdfast::report
