#include "cluster/local/metrics_scraper.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "cluster/node/handler_attempts.hpp"
#include "core/units.hpp"

namespace holdfast::cluster {
namespace {

constexpr char const* scraper_agent = "holdfast-metrics";

/// What start_http_get says of a status is meant for probes.
std::string reason_in(handler_result const& answer) {
  constexpr std::string_view of_probe = "HTTP probe failed with statuscode: ";
  if (answer.outcome == handler_outcome::success_with_warning) return "its metrics are behind a redirect to elsewhere";
  if (!answer.message.starts_with(of_probe)) return answer.message;
  return "its metrics were answered with the status " + answer.message.substr(of_probe.size());
}

}  // namespace

metrics_scraper::metrics_scraper(boost::asio::any_io_executor executor)
    : metrics_scraper{std::move(executor), settings{}} {}

metrics_scraper::metrics_scraper(boost::asio::any_io_executor executor, settings s)
    : executor_{std::move(executor)}, settings_{s} {}

metrics_scraper::~metrics_scraper() = default;

void metrics_scraper::ask(std::vector<scrape_target> targets) {
  values_.keep(targets);
  std::map<object_key, attempt> kept;
  waiting_.clear();
  for (auto& target : targets) {
    auto const running = attempts_.find(target.pod);
    if (running != attempts_.end() && running->second.uid == target.uid) {
      kept.insert(attempts_.extract(running));
    } else if (target.problem.empty()) {
      waiting_.push_back(std::move(target));
    }
  }
  attempts_ = std::move(kept);
  begin_some();
}

void metrics_scraper::begin_some() {
  while (!waiting_.empty() && attempts_.size() < settings_.most_at_once) {
    begin(waiting_.front());
    waiting_.pop_front();
  }
}

void metrics_scraper::begin(scrape_target const& target) {
  if (!tls_) {
    auto made =
        net::make_tls_context({.verify = net::peer_verification::off, .resumption = net::session_resumption::off});
    if (!made) throw std::runtime_error{"no TLS for metrics: " + to_string(made.error())};
    tls_ = std::move(*made);
  }
  // One byte more than may come: so it shows that more came.
  auto running = start_http_get(
      executor_, target.page, scraper_agent, *tls_, settings_.limit,
      [this, target](handler_result const& answer) {
        attempts_.erase(target.pod);
        take(target, answer);
        begin_some();
      },
      settings_.most_bytes + 1);
  attempts_.insert_or_assign(target.pod, attempt{target.uid, std::move(running)});
}

void metrics_scraper::take(scrape_target const& target, handler_result const& answer) {
  if (answer.outcome != handler_outcome::success) return values_.put_failure(target.pod, reason_in(answer));
  if (answer.message.size() > settings_.most_bytes) {
    return values_.put_failure(target.pod,
                               fmt::format("its metrics are larger than {}", format_size(settings_.most_bytes)));
  }
  auto sums = sums_in(answer.message, names_on_page(target.names));
  if (!sums) return values_.put_failure(target.pod, "its metrics cannot be read: " + sums.error());
  values_.put(target.pod, std::move(*sums), clock_seam::now());
}

}  // namespace holdfast::cluster
