#include "analysis/pod_life.hpp"

#include <algorithm>

#include "analysis/event_fields.hpp"

namespace holdfast::analysis {
namespace {

std::optional<nanoseconds> last_by(std::vector<nanoseconds> const& times, nanoseconds at) {
  auto const after = std::ranges::upper_bound(times, at);
  return after == times.begin() ? std::nullopt : std::optional{*std::prev(after)};
}

}  // namespace

void pod_life::add(timeline_event const& event) {
  if (auto owner = text_in(event, "owner"); !owner.empty()) owner_ = std::move(owner);
  if (auto ip = text_in(event, "ip"); !ip.empty()) ip_ = std::move(ip);
  auto const& what = event.what;
  if (what == "created") created_ = event.at;
  if (what == "started" || what == "restarted") starts_.push_back(event.at);
  if (what == "exited") exits_.push_back(event.at);
  if (what == "ready") ready_.push_back(event.at);
  if (what == "not-ready") not_ready_.push_back(event.at);
  if (what == "terminating" && !deleted_) deleted_ = event.at;
}

std::optional<nanoseconds> pod_life::exit_in(nanoseconds from, nanoseconds to) const {
  auto const found = std::ranges::lower_bound(exits_, from);
  return found == exits_.end() || *found > to ? std::nullopt : std::optional{*found};
}

std::optional<nanoseconds> pod_life::gone_since(nanoseconds at) const {
  auto const exit = last_by(exits_, at);
  auto const start = last_by(starts_, at);
  return exit && (!start || *start < *exit) ? exit : std::nullopt;
}

std::optional<nanoseconds> pod_life::running_since(nanoseconds at) const {
  auto const exit = last_by(exits_, at);
  auto const start = last_by(starts_, at);
  return start && (!exit || *exit <= *start) ? start : std::nullopt;
}

}  // namespace holdfast::analysis
