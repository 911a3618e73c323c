#include "load/rate_curve.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace holdfast::load {
namespace {

/// A rate written in decimal is rarely exact in binary: 10 s of 0.1/s integrate to a hair more than one arrival.
/// Without this the arrival after the last would fall on the boundary and belong to the wrong stage.
double without_noise(double arrivals) {
  auto const whole = std::round(arrivals);
  auto const noise = 1e-9 + whole * 0x1p-50;
  // Little is not nothing: what has begun has its first arrival at once.
  return whole > 0 && std::abs(arrivals - whole) <= noise ? whole : arrivals;
}

double arrivals_in(nanoseconds time, double from, double to) {
  return static_cast<double>(time.count()) * ((from + to) / 2) / 1e9;
}

/// Seconds after which a rate that starts at `rate` and gains `slope` a second has brought `arrivals`: the root of
/// slope/2 t^2 + rate t = arrivals in the form that does not cancel for small slopes. Both not below zero.
double seconds_for(double arrivals, double rate, double slope) {
  auto const denominator = rate + std::sqrt(rate * rate + 2 * slope * arrivals);
  return denominator > 0 ? 2 * arrivals / denominator : 0;
}

}  // namespace

rate_curve::rate_curve(std::vector<rate_stage> const& stages) {
  pieces_.reserve(stages.size());
  nanoseconds begin{0};
  double before = 0;
  for (auto const& stage : stages) {
    assert(stage.duration >= nanoseconds{0} && "a stage lasts no negative time");
    auto const from = stage.from.per_second();
    auto const to = stage.to.per_second();
    auto const after = without_noise(before + arrivals_in(stage.duration, from, to));
    auto const seconds = in_seconds(stage.duration);
    auto const slope = seconds > 0 ? (to - from) / seconds : 0;
    pieces_.push_back({begin, stage.duration, before, after, from, to, slope});
    begin += stage.duration;
    before = after;
  }
  assert(before > 0 && "a rate curve offers something");
}

nanoseconds rate_curve::length() const { return pieces_.back().begin + pieces_.back().duration; }

double rate_curve::total() const { return pieces_.back().arrivals_after; }

rate_curve::piece const* rate_curve::piece_at(nanoseconds offset) const {
  if (offset < nanoseconds{0} || offset >= length()) return nullptr;
  auto const next = std::upper_bound(pieces_.begin(), pieces_.end(), offset,
                                     [](nanoseconds at, piece const& p) { return at < p.begin + p.duration; });
  return &*next;
}

request_rate rate_curve::at(nanoseconds offset) const {
  auto const* const in = piece_at(offset);
  if (in == nullptr) return {};
  auto const share = in_seconds(offset - in->begin) / in_seconds(in->duration);
  return request_rate::per_second(std::lerp(in->from, in->to, share));
}

double rate_curve::until(nanoseconds offset) const {
  if (offset <= nanoseconds{0}) return 0;
  auto const* const in = piece_at(offset);
  if (in == nullptr) return total();
  auto const arrivals = in->arrivals_before + arrivals_in(offset - in->begin, in->from, at(offset).per_second());
  return std::min(without_noise(arrivals), in->arrivals_after);
}

nanoseconds rate_curve::time_of(double arrivals) const {
  if (arrivals >= total()) return length();
  std::size_t stage = 0;
  return time_of(arrivals, stage);
}

nanoseconds rate_curve::time_within(piece const& in, double arrivals) {
  auto const into = arrivals - in.arrivals_before;
  // A falling rate is solved from its end, where it is a rising one: from its begin the root would lose its digits
  // towards the end.
  double ns = 0;
  if (in.slope == 0) {
    ns = into * 1e9 / in.from;
  } else if (in.slope > 0) {
    ns = 1e9 * seconds_for(into, in.from, in.slope);
  } else {
    auto const left = in.arrivals_after - arrivals;
    ns = static_cast<double>(in.duration.count()) - 1e9 * seconds_for(left, in.to, -in.slope);
  }
  auto const nearest = static_cast<nanoseconds::rep>(std::max(ns, 0.0) + 0.5);
  return in.begin + std::min(nanoseconds{nearest}, in.duration);
}

}  // namespace holdfast::load
