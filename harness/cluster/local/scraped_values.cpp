#include "cluster/local/scraped_values.hpp"

#include <cmath>
#include <limits>
#include <utility>

#include <fmt/format.h>

namespace holdfast::cluster {
namespace {

constexpr std::string_view rate_ending = "_per_second";
constexpr std::string_view counter_ending = "_total";

/// The counter that a rate can be reckoned from; empty when the name is not one of a rate.
std::string counter_for(std::string_view name) {
  if (!name.ends_with(rate_ending)) return {};
  name.remove_suffix(rate_ending.size());
  return std::string{name}.append(counter_ending);
}

std::string rate_for(std::string_view counter) {
  if (counter.ends_with(counter_ending)) counter.remove_suffix(counter_ending.size());
  return std::string{counter}.append(rate_ending);
}

/// Thousandths, finer ones rounded away from zero; but 1.1 is 1100, though the number next to it is a little more.
std::int64_t in_thousandths(double value) {
  constexpr double noise = 1e-9;
  auto const exact = value * 1000;
  auto const nearest = std::round(exact);
  bool const is_whole = std::abs(exact - nearest) <= noise * std::max(1.0, std::abs(exact));
  auto const rounded = is_whole ? nearest : exact < 0 ? std::floor(exact) : std::ceil(exact);
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  if (rounded >= static_cast<double>(most)) return most;
  if (rounded <= -static_cast<double>(most)) return -most;
  return static_cast<std::int64_t>(rounded);
}

nanoseconds in_platform_time(nanoseconds real, cluster_clock const& clock) {
  return from_seconds(in_seconds(real) * clock.scale());
}

}  // namespace

metric_names names_on_page(metric_names const& wanted) {
  auto names = wanted;
  for (auto const& name : wanted) {
    if (auto counter = counter_for(name); !counter.empty()) names.insert(std::move(counter));
  }
  return names;
}

void scraped_values::keep(std::span<scrape_target const> targets) {
  std::map<object_key, told_pod> kept;
  for (auto const& target : targets) {
    auto const known = pods_.find(target.pod);
    bool const is_same = known != pods_.end() && known->second.uid == target.uid;
    auto& pod =
        kept.emplace(target.pod, is_same ? std::move(known->second) : told_pod{.uid = target.uid}).first->second;
    if (!target.problem.empty()) pod = {.uid = target.uid, .failure = target.problem};
  }
  pods_ = std::move(kept);
}

void scraped_values::put(object_key const& pod, metric_sums sums, time_point at) {
  auto const known = pods_.find(pod);
  if (known == pods_.end()) return;
  auto& told = known->second;
  told.failure.clear();
  told.before = std::move(told.newest);
  told.newest = page{std::move(sums), at};
}

void scraped_values::put_failure(object_key const& pod, std::string why) {
  auto const known = pods_.find(pod);
  if (known != pods_.end()) known->second = {.uid = known->second.uid, .failure = std::move(why)};
}

scraped_values::value_or_reason scraped_values::rate_of(told_pod const& pod, std::string const& counter,
                                                        cluster_clock const& clock) {
  auto const newest = pod.newest->sums.find(counter);
  if (!pod.before || pod.newest->at <= pod.before->at) {
    return fmt::format("one reading of the counter \"{}\" is no rate yet", counter);
  }
  auto const earlier = pod.before->sums.find(counter);
  auto const from = earlier == pod.before->sums.end() ? 0 : earlier->second.value;
  auto const to = newest->second.value;
  auto const growth = to < from ? to : to - from;
  if (!std::isfinite(growth)) return fmt::format("its counter \"{}\" is not a finite number", counter);
  auto const window = pod.newest->at - pod.before->at;
  return metric_sample{in_thousandths(growth / in_seconds(window)), clock.platform_at(pod.newest->at),
                       in_platform_time(window, clock)};
}

scraped_values::value_or_reason scraped_values::value_of(told_pod const& pod, std::string_view name,
                                                         cluster_clock const& clock) {
  if (!pod.failure.empty()) return pod.failure;
  if (!pod.newest) return std::string{"it has not been asked yet"};
  auto const found = pod.newest->sums.find(name);
  if (found == pod.newest->sums.end()) {
    auto const counter = counter_for(name);
    if (pod.newest->sums.contains(counter)) return rate_of(pod, counter, clock);
    return fmt::format("its metrics do not hold \"{}\"{}", name,
                       counter.empty() ? "" : fmt::format(" and no counter \"{}\"", counter));
  }
  auto const& sum = found->second;
  if (sum.is_counter) {
    return fmt::format("\"{}\" is a counter, which only grows: ask for \"{}\"", name, rate_for(name));
  }
  if (!std::isfinite(sum.value)) return fmt::format("its \"{}\" is not a finite number", name);
  return metric_sample{in_thousandths(sum.value), clock.platform_at(pod.newest->at), nanoseconds{0}};
}

metric_reading scraped_values::reading(metric_question const& question, cluster_clock const& clock) const {
  constexpr std::size_t most_reasons = 3;  // they go into a condition and an Event
  metric_reading reading;
  std::map<std::string, std::string> reasons;  // and a pod of each
  for (auto const& pod : question.pods) {
    auto const known = pods_.find({std::string{question.name_space}, pod.name});
    auto const value =
        known == pods_.end() ? std::string{"it has not been asked yet"} : value_of(known->second, question.name, clock);
    if (value) {
      reading.samples.emplace(pod.name, *value);
    } else {
      reasons.emplace(value.error(), pod.name);
    }
  }
  if (!reading.samples.empty() || reasons.empty()) return reading;
  std::size_t told = 0;
  for (auto const& [reason, pod] : reasons) {
    if (told++ == most_reasons) break;
    reading.failure += fmt::format("{}pod \"{}\": {}", reading.failure.empty() ? "" : "; ", pod, reason);
  }
  reading.failure = fmt::format("none of {} pods tells it: {}", question.pods.size(), reading.failure);
  return reading;
}

}  // namespace holdfast::cluster
