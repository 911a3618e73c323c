#pragma once

#include <map>
#include <string>
#include <vector>

#include "cluster/controllers/controller.hpp"
#include "cluster/controllers/metrics_source.hpp"

namespace holdfast::cluster {

/// Carries out what sync_autoscaler decides, once a period for each autoscaler; first a period after it was made, when
/// there is something to measure, as in Kubernetes.
class autoscaler_controller final : public controller {
 public:
  autoscaler_controller(controller_context const& context, metrics_source& metrics, autoscaler_settings settings)
      : context_{context}, metrics_{metrics}, settings_{std::move(settings)} {}
  void note(cached_change const& change) override;
  void note_all() override;
  bool sync_next(time_point now) override;
  std::optional<time_point> next_due() const override { return queue_.next_due(); }

 private:
  struct scaled_object;  // what an autoscaler's target is
  struct autoscaler_state {
    std::string uid;
    autoscaler_memory memory{};
  };

  void sync(cached_autoscaler const& autoscaler, autoscaler_state& state, time_point now);
  std::optional<scaled_object> target_of(cached_autoscaler const& autoscaler) const;
  std::string rival_of(cached_autoscaler const& autoscaler, std::vector<cached_pod const*> const& pods) const;
  std::vector<metric_reading> readings_for(cached_autoscaler const& autoscaler, std::vector<scaled_pod> const& pods,
                                           time_point now);
  void rescale(cached_autoscaler const& autoscaler, scaled_object const& target, autoscaler_decision& decision,
               autoscaler_memory& memory, time_point now);
  void tell_missing_target(cached_autoscaler const& autoscaler, autoscaler_memory& memory, time_point now);
  void write_status(cached_autoscaler const& autoscaler, autoscaler_decision const* decision,
                    autoscaler_memory const& memory);
  void record(cached_autoscaler const& autoscaler, control_event const& event, time_point now);

  controller_context context_;
  metrics_source& metrics_;
  autoscaler_settings settings_;
  work_queue queue_;
  std::map<object_key, autoscaler_state> states_;
};

}  // namespace holdfast::cluster
