#include "load/arrival_schedule.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

namespace holdfast::load {
namespace {

using std::chrono::seconds;

nanoseconds sped_up(nanoseconds recorded, double speed) {
  // Exact for the usual factor of 1, also beyond the 104 days that a double counts in nanoseconds.
  return speed == 1 ? recorded : nanoseconds{std::llround(static_cast<double>(recorded.count()) / speed)};
}

}  // namespace

arrival_schedule arrival_schedule::constant(request_rate rate, nanoseconds length) {
  return stages({{length, rate, rate}});
}

arrival_schedule arrival_schedule::ramp(request_rate from, request_rate to, nanoseconds length) {
  return stages({{length, from, to}});
}

arrival_schedule arrival_schedule::stages(std::vector<rate_stage> const& stages) {
  rate_curve curve{stages};
  // Number n arrives if n < total, so there are ceil(total) of them.
  auto const arrivals = static_cast<std::uint64_t>(std::ceil(curve.total()));
  return {even{std::move(curve)}, arrivals};
}

arrival_schedule arrival_schedule::spike(request_rate base, request_rate peak, nanoseconds at, nanoseconds peak_length,
                                         nanoseconds length) {
  assert(at + peak_length <= length && "a spike lies within its run");
  return stages({{at, base, base}, {peak_length, peak, peak}, {length - at - peak_length, base, base}});
}

arrival_schedule arrival_schedule::poisson(rate_curve curve, std::uint64_t seed) {
  return {poisson_process{std::move(curve), random_engine{seed}}, unlimited};
}

arrival_schedule arrival_schedule::replay(std::shared_ptr<std::vector<nanoseconds> const> offsets, double speed) {
  assert(speed > 0 && "time does not stand still");
  assert(std::is_sorted(offsets->begin(), offsets->end()) && "a replay is sorted");
  auto const arrivals = offsets->size();
  return {recording{std::move(offsets), speed}, arrivals};
}

arrival_schedule arrival_schedule::limited_to(std::uint64_t arrivals) const {
  auto shorter = *this;
  shorter.limit_ = std::min(limit_, arrivals);
  return shorter;
}

std::optional<nanoseconds> arrival_schedule::next() {
  if (given_ >= limit_) return std::nullopt;
  if (auto* const steady = std::get_if<even>(&kind_)) {
    return steady->curve.time_of(static_cast<double>(given_++), steady->stage);
  }
  if (auto* const process = std::get_if<poisson_process>(&kind_)) return next_of(*process);
  return recorded(*std::get_if<recording>(&kind_), given_++);
}

std::optional<nanoseconds> arrival_schedule::next_of(poisson_process& process) {
  process.position += process.random.exponential(1);
  if (process.position >= process.curve.total()) {
    given_ = limit_;
    return std::nullopt;
  }
  ++given_;
  return process.curve.time_of(process.position, process.stage);
}

void arrival_schedule::skip(std::uint64_t arrivals) {
  auto const passed = std::min(arrivals, limit_ - std::min(given_, limit_));
  given_ += passed;
  if (auto* const process = std::get_if<poisson_process>(&kind_)) {
    for (std::uint64_t i = 0; i < passed; ++i) {
      process->position += process->random.exponential(1);
      if (process->position < process->curve.total()) continue;
      given_ = limit_;
      return;
    }
  }
}

rate_curve const* arrival_schedule::curve() const {
  if (auto const* const steady = std::get_if<even>(&kind_)) return &steady->curve;
  if (auto const* const process = std::get_if<poisson_process>(&kind_)) return &process->curve;
  return nullptr;
}

nanoseconds arrival_schedule::recorded(recording const& from, std::uint64_t number) const {
  return sped_up((*from.offsets)[static_cast<std::size_t>(number)], from.speed);
}

std::uint64_t arrival_schedule::recorded_before(recording const& from, nanoseconds offset) const {
  auto const after = std::partition_point(from.offsets->begin(), from.offsets->end(),
                                          [&](nanoseconds at) { return sped_up(at, from.speed) < offset; });
  return std::min(limit_, static_cast<std::uint64_t>(after - from.offsets->begin()));
}

nanoseconds arrival_schedule::length() const {
  if (auto const* const rate = curve()) return rate->time_of(static_cast<double>(limit_));
  return limit_ == 0 ? nanoseconds{0} : recorded(*std::get_if<recording>(&kind_), limit_ - 1);
}

request_rate arrival_schedule::rate_at(nanoseconds offset) const {
  if (auto const* const rate = curve()) return offset < length() ? rate->at(offset) : request_rate{};
  auto const& from = *std::get_if<recording>(&kind_);
  auto const second = std::chrono::floor<seconds>(offset);
  auto const arrivals = recorded_before(from, second + seconds{1}) - recorded_before(from, second);
  return request_rate::per_second(static_cast<double>(arrivals));
}

double arrival_schedule::expected_until(nanoseconds offset) const {
  auto const limit = static_cast<double>(limit_);
  if (auto const* const process = std::get_if<poisson_process>(&kind_)) {
    return std::min(limit, process->curve.until(offset));
  }
  if (auto const* const steady = std::get_if<even>(&kind_)) {
    return std::min(limit, std::ceil(steady->curve.until(offset)));
  }
  return static_cast<double>(recorded_before(*std::get_if<recording>(&kind_), offset));
}

sharded_schedule::sharded_schedule(arrival_schedule whole, std::uint32_t index, std::uint32_t count,
                                   std::uint64_t connections)
    : whole_{std::move(whole)},
      number_{index},
      connections_{connections},
      connection_{index},
      index_{index},
      count_{count} {
  assert(index < count && "shards are numbered from 0");
  whole_.skip(index);
}

std::optional<nanoseconds> sharded_schedule::next() {
  if (index_ >= connections_) return std::nullopt;
  auto const offset = whole_.next();
  if (offset) {
    auto const stays_in_round = connection_ + count_ < connections_;
    auto const step = stays_in_round ? count_ : connections_ - connection_ + index_;
    connection_ = stays_in_round ? connection_ + count_ : index_;
    number_ += step;
    whole_.skip(step - 1);
  }
  return offset;
}

}  // namespace holdfast::load
