#pragma once

#include <span>

#include "analysis/metric_catalogue.hpp"

namespace holdfast::analysis {

// The rows of the catalogue by topic.
std::span<metric_definition const> load_metrics();
std::span<metric_definition const> availability_metrics();
std::span<metric_definition const> breaker_metrics();
std::span<metric_definition const> elasticity_metrics();
std::span<metric_definition const> rollout_metrics();
std::span<metric_definition const> cause_metrics();

}  // namespace holdfast::analysis
