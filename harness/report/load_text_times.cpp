#include "report/load_text_times.hpp"

#include <array>
#include <vector>

#include <fmt/format.h>

#include "core/units.hpp"
#include "report/number_text.hpp"
#include "report/text_table.hpp"

namespace holdfast::report {
namespace {

constexpr auto no_figure = "-";

std::string quantile_text(time_figures const& figures, std::size_t which) {
  auto const& value = figures.quantiles[which];
  return value && figures.count >= percentiles[which].fewest_values ? latency_text(*value) : no_figure;
}

std::string mean_text(time_figures const& figures) {
  if (figures.empty()) return no_figure;
  return latency_text({.value = std::chrono::duration_cast<nanoseconds>(figures.mean),
                       .at_least = figures.at_least > 0,
                       .at_most = std::nullopt});
}

std::string max_text(time_figures const& figures) { return figures.empty() ? no_figure : latency_text(figures.max); }

std::string stddev_text(time_figures const& figures) {
  // Values that are known only as "at least" leave the deviation without a bound on either side.
  if (figures.count < 2 || figures.at_least > 0) return no_figure;
  return latency_text(std::chrono::duration_cast<nanoseconds>(figures.stddev));
}

std::string notes(load_report const& report) {
  auto const& response = report.response;
  std::string text;
  if (response.empty()) return "  No request was answered: there is nothing to time.\n";
  if (response.at_least > 0) {
    text += fmt::format(
        "  {} of these ran into a limit of time or into the end of the run. Counted as \"at least\":\n"
        "  a figure that depends on them is printed as \"> t\".\n",
        format_count(response.at_least));
  }
  if (std::holds_alternative<load::closed_loop_plan>(report.about.settings.arrivals)) {
    text +=
        "  Closed loop: while the target is slow, its users ask less. What steady arrivals would wait, --rate shows.\n";
  }
  if (response.count < percentiles.back().fewest_values) {
    text += fmt::format("  \"-\" stands where there are too few values: p99.9 needs {}, p99 {}.\n",
                        format_count(percentiles.back().fewest_values), percentiles[4].fewest_values);
  }
  return text;
}

}  // namespace

std::string times_text(load_report const& report) {
  std::array<time_figures const*, 3> const columns{&report.response, &report.service, &report.queue};
  text_table table{{align::left, align::right, align::right, align::right}};
  auto const add = [&](std::string name, auto const& cell) {
    std::vector<std::string> row{std::move(name)};
    for (auto const* const figures : columns) row.push_back(cell(*figures));
    table.add(std::move(row));
  };
  table.add({"", "response time", "service time", "queue"});
  table.add({"", "due to answered", "sent to answered", "due to sent"});
  for (std::size_t i = 0; i < percentiles.size(); ++i) {
    add(std::string{percentiles[i].name}, [&](time_figures const& f) { return quantile_text(f, i); });
  }
  add("max", max_text);
  add("mean", mean_text);
  add("stddev", stddev_text);
  add("values", [](time_figures const& f) { return format_count(f.count); });
  return "\nTime\n" + table.text("  ") + notes(report);
}

std::string requests_text(load_report const& report) {
  if (report.requests.size() < 2) return {};
  text_table table{{align::left, align::right, align::right, align::right, align::right, align::right, align::right}};
  table.add({"", "ended", "ok", "p50", "p95", "p99", "max"});
  for (auto const& request : report.requests) {
    table.add({printable(request.name, 40), format_count(request.ended()), share_text(request.ok(), request.ended()),
               quantile_text(request.response, 0), quantile_text(request.response, 3),
               quantile_text(request.response, 4), max_text(request.response)});
  }
  return "\nRequests, by response time\n" + table.text("  ");
}

}  // namespace holdfast::report
