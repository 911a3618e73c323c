#pragma once

#include <functional>
#include <memory>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "cluster/local/container_samples.hpp"
#include "cluster/local/metrics_scraper.hpp"

namespace holdfast::cluster {

/// What metrics-server and an adapter for custom metrics are to a cluster: measures the containers, and asks pods for
/// their own metrics while an autoscaler wants them. The loop's thread only.
///
/// Both happen every `resolution` of platform time, but never more often than every `least_window` of real time: a
/// scaled clock does not make the processes faster, and CPU time that is read in steps of 10 ms over less than 100 ms
/// is noise. Beyond the scale resolution / least_window (60), samples are thus older than an autoscaler is used to.
class pod_metrics final : public metrics_source {
 public:
  struct settings {
    nanoseconds resolution = std::chrono::seconds{15};          ///< platform time
    nanoseconds least_window = std::chrono::milliseconds{250};  ///< real time
    metrics_scraper::settings scrapes{};
  };
  struct sources {
    std::function<std::vector<running_container>()> running;
    /// Pods to ask for their own metrics: scrape_targets(control_plane::cache()).
    std::function<std::vector<scrape_target>()> scraped;
  };

  /// Begins to measure. The clock outlives it.
  pod_metrics(boost::asio::any_io_executor executor, cluster_clock const& clock, resource_sampler sampler,
              sources from);
  pod_metrics(boost::asio::any_io_executor executor, cluster_clock const& clock, resource_sampler sampler, sources from,
              settings s);
  pod_metrics(pod_metrics const&) = delete;
  pod_metrics& operator=(pod_metrics const&) = delete;
  ~pod_metrics() override;

  metric_reading resource_use(metric_question const& question) override;
  metric_reading pods_metric(metric_question const& question) override;
  /// For cluster_backend.
  std::vector<container_usage> usage() const { return samples_.usage(clock_); }

  nanoseconds period() const;  ///< real time between two measurements

 private:
  void wait();
  void measure();

  cluster_clock const& clock_;
  resource_sampler sampler_;
  sources sources_;
  settings settings_;
  container_samples samples_;
  metrics_scraper scraper_;
  std::shared_ptr<boost::asio::steady_timer> timer_;  // its handler sees by it whether we are still there
};

}  // namespace holdfast::cluster
