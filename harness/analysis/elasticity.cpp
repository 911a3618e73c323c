#include "analysis/elasticity.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace holdfast::analysis {
namespace {

int direction_of(double change) { return change > 0 ? 1 : change < 0 ? -1 : 0; }

void add_areas(elasticity_figures& f, step_function const& demand, step_function const& supply, nanoseconds from,
               nanoseconds to) {
  auto const length = in_seconds(to - from);
  for_each_piece(demand, supply, from, to, [&](nanoseconds begin, nanoseconds end, double d, double s) {
    auto const part = in_seconds(end - begin) / length;
    auto const missing = std::max(d - s, 0.0);
    auto const spare = std::max(s - d, 0.0);
    assert(d > 0 && "a demand of nothing has no relative shortage");
    f.theta_u += part * missing / d;
    f.theta_o += part * spare / d;
    f.tau_u += missing > 0 ? part : 0;
    f.tau_o += spare > 0 ? part : 0;
    f.accuracy_u += part * missing;
    f.accuracy_o += part * spare;
  });
  f.wasted = f.accuracy_o * length;
}

double instability_of(step_function const& demand, step_function const& supply, nanoseconds from, nanoseconds to,
                      nanoseconds slice) {
  nanoseconds unlike{};
  for (auto begin = from; begin < to; begin += slice) {
    auto const end = std::min(begin + slice, to);
    auto const d = direction_of(demand.value_at(end) - demand.value_at(begin));
    auto const s = direction_of(supply.value_at(end) - supply.value_at(begin));
    if (d != s) unlike += end - begin;
  }
  return in_seconds(unlike) / in_seconds(to - from);
}

std::uint64_t reversals(step_function const& f, nanoseconds from, nanoseconds to) {
  std::uint64_t count = 0;
  int last = 0;
  auto value = f.value_at(from);
  for (auto const& change : f.changes_in(from, to)) {
    auto const direction = direction_of(change.value - value);
    if (last != 0 && direction != last) ++count;
    last = direction;
    value = change.value;
  }
  return count;
}

std::optional<nanoseconds> settling_time_of(step_function const& demand, step_function const& supply, nanoseconds from,
                                            nanoseconds to) {
  std::optional<nanoseconds> settled;
  for_each_piece(demand, supply, from, to, [&](nanoseconds begin, nanoseconds, double d, double s) {
    if (std::abs(s - d) > 1) {
      settled.reset();
    } else if (!settled) {
      settled = begin;
    }
  });
  if (!settled) return settled;
  auto const changes = demand.changes_in(from, to);
  auto const last_change = changes.empty() ? from : changes.back().at;
  return std::max(*settled - last_change, nanoseconds{0});
}

std::optional<nanoseconds> first_decision(step_function const& asked_for, int direction, nanoseconds from,
                                          nanoseconds until) {
  auto value = asked_for.value_at(from);
  for (auto const& change : asked_for.changes_in(from, until)) {
    if (direction_of(change.value - value) == direction) return change.at;
    value = change.value;
  }
  return std::nullopt;
}

std::optional<nanoseconds> demand_met(step_function const& supply, double demand, int direction, nanoseconds from,
                                      nanoseconds until) {
  auto const meets = [&](double s) { return direction > 0 ? s >= demand : s <= demand; };
  if (meets(supply.value_at(from))) return from;
  for (auto const& change : supply.changes_in(from, until)) {
    if (meets(change.value)) return change.at;
  }
  return std::nullopt;
}

std::array<double, 5> shares_of(elasticity_figures const& f) {
  return {f.theta_u, f.theta_o, f.tau_u, f.tau_o, f.instability};
}

}  // namespace

std::optional<elasticity_figures> elasticity_of(step_function const& demand, step_function const& supply,
                                                nanoseconds from, nanoseconds to, elasticity_settings const& settings) {
  if (to <= from || demand.empty() || supply.empty()) return std::nullopt;
  auto const length = in_seconds(to - from);
  elasticity_figures f;
  add_areas(f, demand, supply, from, to);
  f.instability = instability_of(demand, supply, from, to, settings.slice);
  f.jitter = (static_cast<double>(supply.changes_in(from, to).size()) -
              static_cast<double>(demand.changes_in(from, to).size())) /
             length;
  for (auto const share : shares_of(f)) f.deviation = std::hypot(f.deviation, share);
  f.overshoot = std::max(supply.max_in(from, to) - demand.max_in(from, to), 0.0);
  f.flaps_per_minute = static_cast<double>(reversals(supply, from, to)) * 60 / length;
  f.settling_time = settling_time_of(demand, supply, from, to);
  return f;
}

std::vector<adaptation> adaptations(step_function const& demand, step_function const& asked_for,
                                    step_function const& supply, nanoseconds from, nanoseconds to) {
  std::vector<adaptation> all;
  auto const changes = demand.changes_in(from, to);
  auto value = demand.value_at(from);
  for (std::size_t i = 0; i < changes.size(); ++i) {
    auto const until = i + 1 < changes.size() ? changes[i + 1].at : to;
    adaptation made{
        .at = changes[i].at, .from = value, .to = changes[i].value, .reaction = {}, .provisioning = {}, .lag = {}};
    auto const direction = direction_of(made.to - made.from);
    auto const decided = first_decision(asked_for, direction, made.at, until);
    auto const met = demand_met(supply, made.to, direction, made.at, until);
    if (decided) made.reaction = *decided - made.at;
    if (met) made.lag = *met - made.at;
    if (decided && met) made.provisioning = std::max(*met - *decided, nanoseconds{0});
    all.push_back(made);
    value = changes[i].value;
  }
  return all;
}

std::uint64_t failed_while_short(std::span<failed_request const> failures, step_function const& demand,
                                 step_function const& supply) {
  return static_cast<std::uint64_t>(std::ranges::count_if(
      failures, [&](auto const& failure) { return demand.value_at(failure.end) > supply.value_at(failure.end); }));
}

std::optional<double> elastic_speedup(elasticity_figures const& base, elasticity_figures const& figures,
                                      speedup_weights const& weights) {
  auto const before = shares_of(base);
  auto const now = shares_of(figures);
  double product = 1;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (before[i] == 0 && now[i] == 0) continue;
    if (before[i] == 0 || now[i] == 0) return std::nullopt;
    product *= std::pow(before[i] / now[i], weights[i]);
  }
  return product;
}

}  // namespace holdfast::analysis
