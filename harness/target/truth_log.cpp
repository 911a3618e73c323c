#include "target/truth_log.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace holdfast::target {
namespace {

using json = nlohmann::ordered_json;

double in_us(stats::precise_nanoseconds d) { return d.count() / 1e3; }

void add_quantiles(json& to, std::string const& prefix, stats::histogram const& values) {
  to[prefix + "_count"] = values.count();
  struct named {
    char const* suffix;
    double q;
  };
  for (auto const [suffix, q] :
       {named{"_p50_us", 0.5}, named{"_p75_us", 0.75}, named{"_p90_us", 0.9}, named{"_p95_us", 0.95},
        named{"_p99_us", 0.99}, named{"_p99_9_us", 0.999}, named{"_p99_99_us", 0.9999}}) {
    auto const value = values.value_at_quantile(q);
    to[prefix + suffix] = value ? json(in_us(*value)) : json(nullptr);
  }
  to[prefix + "_min_us"] = in_us(values.min());
  to[prefix + "_max_us"] = in_us(values.max());
  to[prefix + "_mean_us"] = in_us(values.mean());
  to[prefix + "_stddev_us"] = in_us(values.stddev());
}

std::vector<std::uint64_t> per_second(std::vector<std::uint32_t> const& bins) {
  constexpr std::size_t bins_a_second = std::chrono::seconds{1} / truth_log::bin_length;
  std::vector<std::uint64_t> seconds((bins.size() + bins_a_second - 1) / bins_a_second);
  for (std::size_t i = 0; i < bins.size(); ++i) seconds[i / bins_a_second] += bins[i];
  return seconds;
}

}  // namespace

truth_log::truth_log(time_point start) : start_{start} {
  service_.reserve();
  gaps_.reserve();
  arrivals_.reserve(max_bins);  // address space only, until it is used
}

void truth_log::count_arrival(path_kind kind, time_point at) {
  ++requests_;
  ++by_path_[static_cast<std::size_t>(kind)];
  if (last_arrival_) {
    auto const gap = std::max(at - *last_arrival_, nanoseconds{0});
    auto const us = static_cast<double>(gap.count()) / 1e3;
    gaps_.record(gap);
    gap_sum_of_squares_us2_ += us * us;
  } else {
    first_arrival_ = at;
  }
  last_arrival_ = at;
  auto const bin = static_cast<std::size_t>(std::max(at - start_, nanoseconds{0}) / bin_length);
  if (bin >= max_bins) return;
  if (bin >= arrivals_.size()) arrivals_.resize(bin + 1);
  ++arrivals_[bin];
}

void truth_log::count_answers(std::uint16_t status, nanoseconds service_time, std::uint64_t n) {
  by_status_[std::min<std::size_t>(status, by_status_.size() - 1)] += n;
  if (n == 1) {
    service_.record(service_time);
  } else {
    service_.record_n(service_time, n);
  }
}

void truth_log::merge(truth_log const& other) {
  is_merged_ = true;
  requests_ += other.requests_;
  malformed_ += other.malformed_;
  misbehaved_ += other.misbehaved_;
  unfinished_ += other.unfinished_;
  accepted_ += other.accepted_;
  closed_ += other.closed_;
  turned_away_ += other.turned_away_;
  received_ += other.received_;
  sent_ += other.sent_;
  for (std::size_t i = 0; i < by_status_.size(); ++i) by_status_[i] += other.by_status_[i];
  for (std::size_t i = 0; i < by_path_.size(); ++i) by_path_[i] += other.by_path_[i];
  service_.merge(other.service_);
  gaps_.merge(other.gaps_);
  gap_sum_of_squares_us2_ += other.gap_sum_of_squares_us2_;
  if (other.first_arrival_) {
    first_arrival_ = first_arrival_ ? std::min(*first_arrival_, *other.first_arrival_) : other.first_arrival_;
    last_arrival_ = last_arrival_ ? std::max(*last_arrival_, *other.last_arrival_) : other.last_arrival_;
  }
  // All logs of a server start at the same time, so bins of the same number are the same 10 ms.
  if (arrivals_.size() < other.arrivals_.size()) arrivals_.resize(other.arrivals_.size());
  for (std::size_t i = 0; i < other.arrivals_.size(); ++i) arrivals_[i] += other.arrivals_[i];
}

std::string truth_log::to_json(time_point now) const {
  json out;
  out["schema"] = "holdfast-target-truth/1";
  out["elapsed_s"] = in_seconds(now - start_);
  out["requests_received"] = requests_;
  out["requests_malformed"] = malformed_;
  out["answers_sent"] = service_.count();
  out["answers_unfinished"] = unfinished_;
  out["answers_misbehaved"] = misbehaved_;
  out["connections_accepted"] = accepted_;
  out["connections_closed"] = closed_;
  out["connections_turned_away"] = turned_away_;
  out["bytes_received"] = received_;
  out["bytes_sent"] = sent_;
  out["answers_by_status"] = json::object();
  for (std::size_t i = 0; i < by_status_.size(); ++i) {
    if (by_status_[i] > 0) out["answers_by_status"][std::to_string(i)] = by_status_[i];
  }
  out["requests_by_path"] = json::object();
  for (std::size_t i = 0; i < by_path_.size(); ++i) {
    if (by_path_[i] > 0) out["requests_by_path"][std::string{key_of(static_cast<path_kind>(i))}] = by_path_[i];
  }
  add_quantiles(out, "service", service_);
  if (first_arrival_) {
    out["first_arrival_s"] = in_seconds(*first_arrival_ - start_);
    out["last_arrival_s"] = in_seconds(*last_arrival_ - start_);
  }
  if (is_merged_) {
    out["interarrival_count"] = nullptr;
  } else {
    add_quantiles(out, "interarrival", gaps_);
    auto const n = static_cast<double>(std::max<std::uint64_t>(gaps_.count(), 1));
    auto const mean = in_us(gaps_.mean());
    out["interarrival_variance_us2"] = std::max(0.0, gap_sum_of_squares_us2_ / n - mean * mean);
  }
  out["arrivals_bin_ms"] = bin_length / std::chrono::milliseconds{1};
  out["arrivals_per_bin"] = arrivals_;
  out["arrivals_per_second"] = per_second(arrivals_);
  return out.dump();
}

}  // namespace holdfast::target
