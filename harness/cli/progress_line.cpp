#include "cli/progress_line.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "core/units.hpp"
#include "report/number_text.hpp"
#include "report/text_table.hpp"

namespace holdfast::cli {
namespace {

constexpr std::size_t seconds_shown = 30;
constexpr nanoseconds shortest_interval = std::chrono::milliseconds{500};

std::string quantile_text(std::optional<stats::quantile_value> const& value) {
  return value ? report::latency_text(*value) : "-";
}

std::string whole_seconds(nanoseconds time) {
  auto const seconds = std::chrono::round<std::chrono::seconds>(time);
  return seconds < std::chrono::seconds{100} ? fmt::format("{} s", seconds.count()) : format_duration(seconds);
}

std::string clock_text(progress_figures const& figures) {
  auto text = whole_seconds(figures.elapsed);
  if (figures.total) text += " of " + whole_seconds(*figures.total);
  return text;
}

}  // namespace

charset charset_of(char const* lc_all, char const* lc_ctype, char const* lang) {
  for (auto const* const variable : {lc_all, lc_ctype, lang}) {
    if (variable == nullptr || *variable == '\0') continue;
    std::string_view const value{variable};
    auto const contains = [&](std::string_view part) { return value.find(part) != std::string_view::npos; };
    return contains("UTF-8") || contains("utf-8") || contains("UTF8") || contains("utf8") ? charset::utf8
                                                                                          : charset::ascii;
  }
  return charset::ascii;
}

std::string sparkline(std::span<double const> values, charset allowed) {
  static constexpr std::array<std::string_view, 8> blocks{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  static constexpr std::array<std::string_view, 8> letters{"_", ".", ",", "-", "=", "+", "*", "#"};
  auto const& levels = allowed == charset::utf8 ? blocks : letters;
  auto const largest = values.empty() ? 0.0 : *std::ranges::max_element(values);
  std::string bars;
  for (auto const value : values) {
    auto const level = largest > 0 ? static_cast<std::size_t>(value / largest * 7 + 0.5) : 0;
    bars += levels[std::min<std::size_t>(level, 7)];
  }
  return bars;
}

std::string progress_text(progress_figures const& figures, std::span<double const> rates, std::size_t width,
                          charset allowed) {
  std::vector<std::string> parts{clock_text(figures), format_rate(figures.per_second) + "/s",
                                 fmt::format("errors {}", format_count(figures.errors)),
                                 "p99 " + quantile_text(figures.p99), "p50 " + quantile_text(figures.p50)};
  if (figures.dropped > 0) parts.push_back(fmt::format("dropped {}", format_count(figures.dropped)));
  parts.push_back(fmt::format("in flight {}", format_count(figures.in_flight)));
  std::string line;
  for (auto const& part : parts) {
    auto const gap = line.empty() ? 0U : 2U;
    if (report::text_width(line) + gap + report::text_width(part) > width) break;
    line += std::string(gap, ' ') + part;
  }
  auto const used = report::text_width(line) + 2;
  constexpr std::size_t fewest_bars = 5;
  if (used + fewest_bars > width || rates.empty()) return line;
  return line + "  " + sparkline(rates.last(std::min(rates.size(), width - used)), allowed);
}

void progress_line::add(load::interval_record const& interval) {
  auto const length = interval.ended - interval.began;
  figures_.elapsed = interval.ended - start_;
  figures_.total = total_;
  figures_.errors += interval.ledger.failed();
  figures_.dropped += interval.ledger.dropped;
  figures_.in_flight = interval.in_flight;
  // Rate and percentiles of the last moment of a run are mostly chance: those of the interval before it stay.
  if (length < shortest_interval && !rates_.empty()) return;
  figures_.per_second =
      length > nanoseconds{0} ? static_cast<double>(interval.ledger.completed()) / in_seconds(length) : 0.0;
  stats::censored_distribution response;
  for (auto const& request : interval.requests) response.merge(request.response);
  auto const shown = [&](double q) {
    auto const value = response.quantile(q);
    return value ? std::optional{*value} : std::nullopt;
  };
  figures_.p50 = shown(0.5);
  figures_.p99 = shown(0.99);
  rates_.push_back(figures_.per_second);
  if (rates_.size() > seconds_shown) rates_.pop_front();
}

std::string progress_line::text(std::size_t width) const {
  std::vector<double> const rates{rates_.begin(), rates_.end()};
  return progress_text(figures_, rates, width, charset_);
}

}  // namespace holdfast::cli
