#include "report/load_text.hpp"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "core/units.hpp"
#include "report/load_sentence.hpp"
#include "report/load_text_times.hpp"
#include "report/number_text.hpp"
#include "report/text_table.hpp"

namespace holdfast::report {
namespace {

constexpr std::size_t page_width = 100;
constexpr std::string_view margin = "  ";

/// `text` in lines of the page's width, each behind `indent`; the first one has `bullet` at its end.
std::string wrapped(std::string_view text, std::string const& indent, std::string_view bullet = {}) {
  std::string all, line;
  auto const flush = [&] {
    if (!line.empty()) all += indent + line + '\n';
    if (all.size() == indent.size() + line.size() + 1)
      all.replace(indent.size() - bullet.size(), bullet.size(), bullet);
    line.clear();
  };
  while (!text.empty()) {
    auto const end = std::min(text.find(' '), text.size());
    if (!line.empty() && indent.size() + text_width(line) + 1 + text_width(text.substr(0, end)) > page_width) flush();
    if (!line.empty()) line += ' ';
    line += text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  flush();
  return all;
}

std::string head(load_report const& report) {
  auto const& about = report.about;
  auto text = "holdfast " + about.tool.version;
  if (!about.tool.commit.empty()) text += " (" + about.tool.commit + ')';
  for (auto const& target : about.targets) text += ' ' + printable(target, 200);
  if (about.scenario) text += "  scenario " + printable(about.scenario->file, 200);
  auto const& settings = about.settings;
  return text + '\n' +
         wrapped(fmt::format("{}; {} {}, seed {}", load_sentence(settings), settings.threads,
                             settings.threads == 1 ? "thread" : "threads", settings.seed),
                 "") +
         fmt::format("{}, took {}{}\n", utc_text(report.started_at), format_duration(report.total_length),
                     report.was_interrupted ? "; INTERRUPTED, this is what was measured until then" : "");
}

std::string rates(load_report const& report) {
  auto const& ledger = report.ledger;
  auto const rate = [](double per_second) { return format_rate(per_second) + "/s"; };
  text_table table{{align::left, align::right, align::right, align::left}};
  table.add({"offered", rate(report.rates.offered), format_count(ledger.scheduled), "requests were due"});
  table.add({"started", rate(report.rates.started), format_count(ledger.started), "were sent"});
  table.add({"throughput", rate(report.rates.throughput), format_count(ledger.completed()), "were answered or failed"});
  table.add({"goodput", rate(report.rates.goodput), format_count(ledger.ok()), "were ok"});
  auto text = "\nRate\n" + table.text(std::string{margin});
  if (in_seconds(report.window_length) < 0.99 * in_seconds(report.total_length)) {
    text +=
        wrapped(fmt::format("Throughput and goodput are of the first {}: what ended later counts, but its time does "
                            "not, because nothing was offered then.",
                            format_duration(report.window_length)),
                std::string{margin});
  }
  return text;
}

std::string losses(load_report const& report) {
  auto const& ledger = report.ledger;
  auto const row = [&](std::string_view name, std::uint64_t count, std::string meaning) {
    return std::vector<std::string>{std::string{name}, format_count(count), share_text(count, ledger.scheduled),
                                    std::move(meaning)};
  };
  auto late = fmt::format("sent more than {} after they were due", format_duration(report.about.settings.limits.late));
  if (auto const& p99 = report.slip.p99()) {
    late += fmt::format(" (slip p99 {}, max {})", latency_text(*p99), latency_text(report.slip.max));
  }
  text_table table{{align::left, align::right, align::right, align::left}};
  table.add(row("late", ledger.late, std::move(late)));
  table.add(row("queued", ledger.queued,
                fmt::format("waited for a connection (longest queue {})", format_count(ledger.longest_queue))));
  table.add(row("dropped", ledger.dropped, "never sent: no connection was free in time"));
  table.add(row("unfinished", ledger.unfinished(), "still without an answer when the run ended"));
  return "\nLosses\n" + table.text(std::string{margin});
}

std::string outcomes(load_report const& report) {
  auto const& ledger = report.ledger;
  text_table table{{align::left, align::right, align::right}};
  for (std::size_t i = 0; i < load::outcome_count; ++i) {
    auto const how = static_cast<load::outcome>(i);
    if (how == load::outcome::cancelled_at_end) continue;  // the unfinished, among the losses
    if (ledger.ended[i] == 0 && how != load::outcome::ok) continue;
    table.add({std::string{load::name_of(how)}, format_count(ledger.ended[i]),
               share_text(ledger.ended[i], ledger.completed())});
  }
  auto text = "\nOutcomes\n" + table.text(std::string{margin});
  if (ledger.failed() == 0 && ledger.completed() > 0) {
    text += fmt::format("  No failure in {}: the true failure rate is below {} (95 % confidence).\n",
                        format_count(ledger.completed()), unseen_share_text(ledger.completed()));
  }
  return text;
}

std::string statuses(load_report const& report) {
  std::string line;
  report.statuses.for_each([&](std::uint16_t status, std::uint64_t count) {
    if (!line.empty()) line += "   ";
    line += (status == 0 ? "other" : std::to_string(status)) + ": " + format_count(count);
  });
  if (line.empty()) return {};
  return "\nStatus codes\n" + std::string{margin} + line + '\n';
}

std::string causes(load_report const& report) {
  constexpr std::size_t most_shown = 5;
  text_table table{{align::right, align::left}};
  std::size_t shown = 0;
  for (auto const& cause : report.causes) {
    if (cause.detail.empty()) continue;
    if (++shown > most_shown) break;
    table.add({format_count(cause.count), std::string{load::name_of(cause.reason)} + ": " + cause.detail});
  }
  return shown == 0 ? std::string{} : "\nMost frequent failures\n" + table.text(std::string{margin});
}

std::string traffic(load_report const& report) {
  return fmt::format("\nTraffic\n  {} received ({} of bodies), {} sent; {} connections opened; {} exchanges\n",
                     format_size(report.bytes_received), format_size(report.body_bytes), format_size(report.bytes_sent),
                     format_count(report.connections_opened), format_count(report.attempts));
}

std::string generator(load_report const& report) {
  auto const& shards = report.generator.shards;
  double busiest = 0;
  nanoseconds lag{};
  for (auto const& shard : shards) {
    busiest = std::max(busiest, shard.cpu_share);
    lag = std::max(lag, shard.loop_lag_p99);
  }
  auto const& machine = report.about.machine;
  auto text = fmt::format("\nGenerator\n  {:.0f} % of a core{}, loop lag p99 {}, peak memory {}\n", 100 * busiest,
                          shards.size() > 1 ? " in the busiest thread" : "", latency_text(lag),
                          format_size(report.generator.peak_memory_bytes));
  auto const model = machine.cpu_model.empty() ? std::string{} : printable(machine.cpu_model) + ", ";
  return text + fmt::format("  {}{} {}, {}\n", model, machine.cores, machine.cores == 1 ? "core" : "cores",
                            printable(machine.kernel));
}

std::string measurement(load_report const& report) {
  auto const& verdict = report.validity;
  std::string text = "\nMeasurement: ";
  if (verdict.is_sound()) {
    text += "valid\n";
  } else {
    std::string bounds;
    for (auto const what : verdict.affected()) bounds += (bounds.empty() ? "" : "; ") + std::string{what};
    text += "INVALID: " + bounds + ".\n";
  }
  for (auto const& finding : verdict.findings) {
    auto const is_breach = finding.weight == load::severity::breach;
    text += wrapped(finding.text, "    ", is_breach ? "! " : "- ");
  }
  return text;
}

std::string folder(load_report const& report) {
  if (!report.folder) return {};
  auto const& written = *report.folder;
  if (written.problem.empty()) return "\nWritten to " + printable(written.path, 400) + '\n';
  return "\nFILES INCOMPLETE in " + printable(written.path, 400) + ": " + printable(written.problem, 400) + '\n';
}

}  // namespace

std::string load_text(load_report const& report) {
  return head(report) + rates(report) + times_text(report) + losses(report) + outcomes(report) + statuses(report) +
         causes(report) + requests_text(report) + traffic(report) + generator(report) + measurement(report) +
         folder(report);
}

}  // namespace holdfast::report
