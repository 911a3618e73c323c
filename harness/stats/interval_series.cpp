#include "stats/interval_series.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <string_view>

namespace holdfast::stats {
namespace {

struct count_column {
  std::string_view name;
  std::uint64_t interval_counts::*member;
};

constexpr std::array count_columns{
    count_column{"scheduled", &interval_counts::scheduled},
    count_column{"started", &interval_counts::started},
    count_column{"completed_ok", &interval_counts::completed_ok},
    count_column{"failed", &interval_counts::failed},
    count_column{"dropped", &interval_counts::dropped},
    count_column{"in_flight", &interval_counts::in_flight},
    count_column{"bytes_received", &interval_counts::bytes_received},
};

struct latency_column {
  std::string_view name;
  quantile_value latency_summary::*member;
};

constexpr std::array latency_columns{
    latency_column{"p50", &latency_summary::p50},
    latency_column{"p90", &latency_summary::p90},
    latency_column{"p99", &latency_summary::p99},
    latency_column{"max", &latency_summary::max},
};

/// Nanoseconds in a unit that is 10^decimals of them: 1'234'567 with 6 decimals is "1.234567".
std::string with_decimals(nanoseconds d, std::size_t decimals) {
  auto text = std::to_string(d.count());
  if (text.size() <= decimals) text.insert(0, decimals + 1 - text.size(), '0');
  return text.insert(text.size() - decimals, ".");
}

std::string csv_field(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string{text};
  std::string quoted = "\"";
  for (char const c : text) quoted.append(c == '"' ? 2 : 1, c);
  return quoted + '"';
}

void append_latency(std::string& line, std::optional<latency_summary> const& summary) {
  for (auto const& column : latency_columns) {
    if (!summary) {
      line += ",,";
      continue;
    }
    auto const& quantile = (*summary).*column.member;
    line.append(",").append(with_decimals(quantile.value, 3)).append(quantile.at_least ? ",1" : ",0");
  }
}

}  // namespace

interval_counts& interval_counts::operator+=(interval_counts const& other) {
  for (auto const& column : count_columns) this->*column.member += other.*column.member;
  by_class.resize(std::max(by_class.size(), other.by_class.size()));
  for (std::size_t i = 0; i < other.by_class.size(); ++i) by_class[i] += other.by_class[i];
  return *this;
}

std::optional<latency_summary> summary_of(censored_distribution const& d) {
  if (d.empty()) return std::nullopt;
  return latency_summary{*d.quantile(0.5), *d.quantile(0.9), *d.quantile(0.99), *d.quantile(1)};
}

result<void> interval_series_writer::begin() {
  std::string line = "start_s,length_s";
  for (auto const& column : count_columns) line.append(",").append(column.name);
  for (auto const& name : classes_) line.append(",").append(csv_field(name));
  for (auto const* clock_name : {"response", "service"}) {
    for (auto const& column : latency_columns) {
      auto const name = std::string{clock_name}.append("_").append(column.name);
      line.append(",").append(name).append("_us,").append(name).append("_is_bound");
    }
  }
  return sink_(line + '\n');
}

result<void> interval_series_writer::add(interval const& row) {
  assert(row.counts.by_class.size() == classes_.size() && "a column for each class");
  auto line = with_decimals(row.start, 9) + ',' + with_decimals(row.length, 9);
  for (auto const& column : count_columns) line += ',' + std::to_string(row.counts.*column.member);
  for (auto const n : row.counts.by_class) line += ',' + std::to_string(n);
  append_latency(line, row.response);
  append_latency(line, row.service);
  return sink_(line + '\n');
}

}  // namespace holdfast::stats
