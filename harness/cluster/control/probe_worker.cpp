#include "cluster/control/probe_worker.hpp"

#include <fmt/format.h>

namespace holdfast::cluster {
namespace {

probe_result initial_result(probe_type type) {
  switch (type) {
    case probe_type::readiness:
      return probe_result::failure;
    case probe_type::liveness:
      return probe_result::success;
    case probe_type::startup:
      break;
  }
  return probe_result::unknown;
}

std::string_view result_text(probe_result result) {
  switch (result) {
    case probe_result::success:
      return "succeeded";
    case probe_result::failure:
      return "failed";
    case probe_result::unknown:
      break;
  }
  return "is unknown";
}

}  // namespace

probe_publication probe_worker::publication(probe_result result, std::string rule) const {
  probe_publication published{.instance = instance_, .result = result};
  published.why.statement = fmt::format("{} probe {}", text_of(type_), result_text(result));
  published.why.rule = std::move(rule);
  return published;
}

std::int32_t probe_worker::threshold(probe_result result) const {
  return result == probe_result::success ? settings_.success_threshold : settings_.failure_threshold;
}

probe_step probe_worker::begin(probe_view const& view, time_point now) {
  if (is_finished(view.phase)) return {probe_action::end, {}};
  if (view.instance.empty()) return {};
  probe_step step;
  if (view.instance != instance_) {
    instance_ = view.instance;
    is_on_hold_ = false;
    step.published = publication(initial_result(type_), "the first value of a new container");
  }
  if (is_on_hold_) return step;
  if (!view.is_running) {
    step.published = publication(probe_result::failure, "the container does not run");
    if (!view.will_restart) step.action = probe_action::end;
    return step;
  }
  if (view.is_deleted && type_ != probe_type::readiness) {
    step.published = publication(probe_result::success, "a pod that is being deleted is not probed for life");
    step.action = probe_action::end;
    return step;
  }
  auto const age = std::chrono::floor<std::chrono::seconds>(now - view.started_at);
  bool const is_too_young = age < settings_.initial_delay;
  bool const is_gated = (type_ == probe_type::startup) == view.is_started;
  if (!is_too_young && !is_gated) step.action = probe_action::run_handler;
  return step;
}

std::optional<probe_publication> probe_worker::finish(probe_result result, std::string const& detail) {
  if (result == probe_result::unknown) return std::nullopt;  // could not be run: thrown away
  run_ = result == last_ ? run_ + 1 : 1;
  last_ = result;
  if (run_ < threshold(result)) return std::nullopt;
  auto published = publication(result, "as many equal results in a row as the threshold asks for");
  published.why.inputs = {{"results in a row", std::to_string(run_)}, {"threshold", std::to_string(threshold(result))}};
  if (!detail.empty()) published.why.inputs.push_back({"last answer", detail});
  if (run_ > threshold(result)) run_ = threshold(result);  // stays reached, cannot overflow
  if (result == probe_result::failure && type_ != probe_type::readiness) {
    published.kills = true;
    is_on_hold_ = true;
    run_ = 0;
  }
  return published;
}

bool is_container_started(bool is_running, std::optional<probe_result> published) {
  return is_running && (!published || *published == probe_result::success);
}

bool is_container_ready(bool is_running, bool is_started, std::optional<probe_result> published) {
  return is_running && is_started && (!published || *published == probe_result::success);
}

}  // namespace holdfast::cluster
