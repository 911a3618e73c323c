#include "cli/siege/siege_report.hpp"

#include <array>

#include <fmt/format.h>

namespace holdfast::cli {
namespace {

double ratio(double above, double below) { return below > 0 ? above / below : 0; }

}  // namespace

siege_figures figures_of(siege_tally const& tally, nanoseconds elapsed) {
  auto const transactions = static_cast<double>(tally.transactions);
  auto const seconds = in_seconds(elapsed);
  auto const busy = in_seconds(tally.total_time);
  siege_figures out;
  out.transactions = tally.transactions;
  out.availability_percent = 100 * ratio(transactions, transactions + static_cast<double>(tally.failed));
  out.elapsed_seconds = seconds;
  out.megabytes = static_cast<double>(tally.body_bytes) / (1024 * 1024);
  out.response_seconds = ratio(busy, transactions);
  out.transaction_rate = ratio(transactions, seconds);
  out.throughput = ratio(out.megabytes, seconds);
  out.concurrency = ratio(busy, seconds);
  out.successful = tally.successful;
  out.ok_200 = tally.ok_200;
  out.failed = tally.failed;
  out.longest_seconds = in_seconds(tally.longest.value_or(nanoseconds{}));
  out.shortest_seconds = in_seconds(tally.shortest.value_or(nanoseconds{}));
  return out;
}

std::string siege_text_report(siege_figures const& f, siege_report_style style) {
  auto const in_ms = style.dialect == siege_dialect::v4_1;
  auto const time = [&](double seconds) {
    return in_ms ? fmt::format("{:12.2f} ms", seconds * 1000) : fmt::format("{:12.2f}", seconds);
  };
  auto const count = [&](std::uint64_t n) { return in_ms ? fmt::format("{:9}", n) : fmt::format("{:12}", n); };
  std::string out = "\n";
  out += fmt::format("Transactions:\t\t{}{} hits\n", count(f.transactions), in_ms ? "   " : "");
  out += fmt::format("Availability:\t\t{:12.2f} %\n", f.availability_percent);
  out += fmt::format("Elapsed time:\t\t{:12.2f} secs\n", f.elapsed_seconds);
  out += fmt::format("Data transferred:\t{:12.2f} MB\n", f.megabytes);
  out += fmt::format("Response time:\t\t{}{}\n", time(f.response_seconds), in_ms ? "" : " secs");
  out += fmt::format("Transaction rate:\t{:12.2f} trans/sec\n", f.transaction_rate);
  out += fmt::format("Throughput:\t\t{:12.2f} MB/sec\n", f.throughput);
  out += fmt::format("Concurrency:\t\t{:12.2f}\n", f.concurrency);
  out += fmt::format("Successful transactions:{}\n", count(f.successful));
  if (style.shows_ok_200) out += fmt::format("HTTP OK received:\t{}\n", count(f.ok_200));
  out += fmt::format("Failed transactions:\t{}\n", count(f.failed));
  out += fmt::format("Longest transaction:\t{}\n", time(f.longest_seconds));
  out += fmt::format("Shortest transaction:\t{}\n", time(f.shortest_seconds));
  out += " \n";
  return out;
}

std::string siege_json_report(siege_figures const& f, siege_report_style style) {
  std::string out = style.dialect == siege_dialect::v4_0 ? "{" : "{\n";
  auto const put = [&](std::string_view key, std::string_view tabs, std::string const& value, std::string_view end) {
    out += fmt::format("\t\"{}\":{}{}{}", key, tabs, value, end);
  };
  auto const whole = [](std::uint64_t n) { return fmt::format("{:12}", n); };
  auto const decimal = [](double value) { return fmt::format("{:12.2f}", value); };
  constexpr std::string_view next = ",\n";
  put("transactions", "\t\t\t", whole(f.transactions), next);
  put("availability", "\t\t\t", decimal(f.availability_percent), next);
  put("elapsed_time", "\t\t\t", decimal(f.elapsed_seconds), next);
  put("data_transferred", "\t\t", decimal(f.megabytes), next);
  put("response_time", "\t\t", decimal(f.response_seconds), next);
  put("transaction_rate", "\t\t", decimal(f.transaction_rate), next);
  put("throughput", "\t\t\t", decimal(f.throughput), next);
  put("concurrency", "\t\t\t", decimal(f.concurrency), next);
  put("successful_transactions", "\t", whole(f.successful), next);
  if (style.shows_ok_200) put("http_ok_received", "\t\t", whole(f.ok_200), next);
  put("failed_transactions", "\t\t", whole(f.failed), next);
  put("longest_transaction", "\t\t", decimal(f.longest_seconds), next);
  put("shortest_transaction", "\t\t", decimal(f.shortest_seconds), "\n");
  out += "}\n";
  return out;
}

std::string siege_banner(siege_settings const& settings) {
  return fmt::format("** SIEGE {}{}\n** Preparing {} concurrent users for battle.\nThe server is now under siege...{}",
                     siege_version(settings.dialect), settings.debug ? ": debugging enabled\n" : "",
                     settings.concurrent, settings.verbose ? "\n" : "");
}

std::string_view siege_lifting_notice() { return "\nLifting the server siege..."; }

std::string_view siege_abort_notice() {
  return "siege aborted due to excessive socket failure; you\n"
         "can change the failure threshold in $HOME/.siegerc\n";
}

std::string siege_more_lines(siege_tally const& tally, std::span<siege_quantile const> response_times,
                             std::uint64_t unfinished) {
  std::string out;
  for (auto const& [name, value, at_least] : response_times) {
    out += fmt::format("{:<22}{:>2}{:12.3f} ms\n", fmt::format("Response time {}:", name), at_least ? ">" : "",
                       in_seconds(value) * 1000);
  }
  out += fmt::format("{:<24}{:12}\n", "Refused with 4xx:", tally.client_errors);
  out += fmt::format("{:<24}{:12}\n", "Unfinished:", unfinished);
  for (std::size_t i = 0; i < tally.outcomes.size(); ++i) {
    if (tally.outcomes[i] == 0) continue;
    out += fmt::format("{:<24}{:12}\n", fmt::format("Outcome {}:", load::name_of(static_cast<load::outcome>(i))),
                       tally.outcomes[i]);
  }
  out += " \n";
  return out;
}

std::string siege_version_text(siege_dialect dialect) {
  return fmt::format("SIEGE {}\n\nThis is holdfast siege, with the options and the report of that version.\n",
                     siege_version(dialect));
}

}  // namespace holdfast::cli
