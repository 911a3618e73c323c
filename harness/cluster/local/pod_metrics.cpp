#include "cluster/local/pod_metrics.hpp"

#include <algorithm>
#include <utility>

namespace holdfast::cluster {

namespace asio = boost::asio;

pod_metrics::pod_metrics(asio::any_io_executor executor, cluster_clock const& clock, resource_sampler sampler,
                         sources from)
    : pod_metrics{std::move(executor), clock, std::move(sampler), std::move(from), settings{}} {}

pod_metrics::pod_metrics(asio::any_io_executor executor, cluster_clock const& clock, resource_sampler sampler,
                         sources from, settings s)
    : clock_{clock},
      sampler_{std::move(sampler)},
      sources_{std::move(from)},
      settings_{s},
      scraper_{executor, s.scrapes},
      timer_{std::make_shared<asio::steady_timer>(executor, nanoseconds{0})} {
  wait();
}

pod_metrics::~pod_metrics() { timer_->cancel(); }

nanoseconds pod_metrics::period() const {
  return std::max(from_seconds(in_seconds(settings_.resolution) / clock_.scale()), settings_.least_window);
}

void pod_metrics::wait() {
  timer_->async_wait([this, weak = std::weak_ptr{timer_}](boost::system::error_code ec) {
    auto const timer = weak.lock();
    if (!timer || ec) return;
    measure();
    timer->expires_after(period());
    wait();
  });
}

void pod_metrics::measure() {
  auto const running = sources_.running();
  std::vector<sampled_container> sampled;
  sampled.reserve(running.size());
  for (auto const& container : running) sampled.push_back(container.sampled);
  samples_.put(running, sampler_.take(sampled, clock_seam::now()));
  if (sources_.scraped) scraper_.ask(sources_.scraped());
}

metric_reading pod_metrics::resource_use(metric_question const& question) { return samples_.reading(question, clock_); }

metric_reading pod_metrics::pods_metric(metric_question const& question) {
  return scraper_.values().reading(question, clock_);
}

}  // namespace holdfast::cluster
