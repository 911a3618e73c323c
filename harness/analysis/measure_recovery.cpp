#include <algorithm>
#include <set>

#include "analysis/detection.hpp"
#include "analysis/measures.hpp"
#include "analysis/replica_counts.hpp"

namespace holdfast::analysis {
namespace {

struct disturbance {
  std::string name;
  moment at;
};

/// Faults, and the other actions of the profile, in the order of their beginnings; before the end of the load.
std::vector<disturbance> disturbances_of(measured_arm const& arm) {
  std::vector<disturbance> all;
  std::set<std::string> faults;
  for (auto const& fault : arm.history.faults()) {
    faults.insert(fault.name);
    all.push_back({fault.name, moment::at(fault.from)});
  }
  for (auto const& event : arm.events) {
    if (event.kind != timeline_kinds::action || event.what != "begin" || faults.contains(event.subject)) continue;
    all.push_back({event.subject, moment::at(event.at)});
  }
  std::erase_if(all, [&](auto const& each) { return each.at.first_new >= arm.to; });
  std::ranges::stable_sort(all, {}, [](auto const& each) { return each.at.first_new; });
  return all;
}

std::set<std::string> deployments_of(measured_arm const& arm) {
  std::set<std::string> names;
  for (auto const& event : arm.events) {
    if (event.kind == timeline_kinds::replicas) names.insert(event.subject);
  }
  return names;
}

/// When the last Deployment is complete again; none when one is not, or nothing is known of any.
std::optional<moment> all_complete_after(measured_arm const& arm, moment const& fault, nanoseconds until) {
  std::optional<moment> last;
  for (auto const& name : deployments_of(arm)) {
    auto const back = full_redundancy_after(fault, replica_counts(arm.events, name, "desired"),
                                            replica_counts(arm.events, name, "ready"), until);
    if (!back) return std::nullopt;
    if (!last || last->first_new < back->first_new) last = back;
  }
  return last;
}

/// The longest over all faults is kept under the short name.
class recovery_sums {
 public:
  void add(std::string const& fault, std::string_view figure, std::optional<duration_range> const& value,
           measure_sink& to) {
    if (!value) return;
    to.put("recovery." + fault + '.' + std::string{figure}, value->at_most);
    auto& longest = longest_[std::string{figure}];
    longest = std::max(longest, value->at_most);
  }
  void put(measure_sink& to) const {
    for (auto const& [figure, value] : longest_) to.put("recovery." + figure, value);
  }

 private:
  std::map<std::string, nanoseconds> longest_;
};

void put_reactions(measured_arm const& arm, std::string const& name, moment const& fault, nanoseconds until,
                   recovery_sums& sums, measure_sink& to) {
  std::optional<duration_range> first;
  for (auto const& [mechanism, when] : reactions_to(fault, arm.events, until)) {
    auto const took = between(fault, when);
    to.put("recovery." + name + ".time_to_detect." + mechanism, took.at_most);
    if (!first || took.at_most < first->at_most) first = took;
  }
  sums.add(name, "time_to_detect", first, to);
}

}  // namespace

void measure_recovery(measured_arm const& arm, measure_sink& to) {
  auto const all = disturbances_of(arm);
  recovery_sums sums;
  std::uint64_t healed = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    auto const until = i + 1 < all.size() ? all[i + 1].at.last_old : arm.to;
    auto const name = metric_part(all[i].name);
    auto marks = recovery_of(all[i].at, arm.seen.intervals, arm.seen.failures, {}, {}, until, arm.settings.recovery);
    marks.full_redundancy = all_complete_after(arm, all[i].at, until);
    sums.add(name, "time_to_impact", time_to_impact(marks), to);
    sums.add(name, "time_to_restore", time_to_restore(marks), to);
    sums.add(name, "time_to_full_redundancy", time_to_full_redundancy(marks), to);
    sums.add(name, "time_to_normal_latency", time_to_normal_latency(marks), to);
    put_reactions(arm, name, all[i].at, until, sums, to);
    to.put("recovery." + name + ".healed", marks.healed ? 1.0 : 0.0);
    healed += marks.healed ? 1 : 0;
  }
  sums.put(to);
  if (!all.empty()) to.put("recovery.healed", static_cast<double>(healed) / static_cast<double>(all.size()));
}

}  // namespace holdfast::analysis
