#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "cluster/control/replica_proposal.hpp"

namespace holdfast::cluster {

using sample_values = std::map<std::string, std::int64_t, std::less<>>;  ///< thousandths by pod name

/// A ratio of use to target over a set of samples.
struct usage_reading {
  double ratio = 0;
  std::int64_t utilization = 0;  ///< percent; 0 where there are no requests
  std::int64_t average = 0;      ///< thousandths for each sample
};

/// How one kind of metric reads a sample set.
struct usage_rule {
  std::function<result<usage_reading, std::string>(sample_values const&)> read;
  std::function<std::int64_t(std::string const& pod)> missing_on_the_way_down;  ///< thousandths to count for the pod
};

/// The two passes that utilisation and raw averages share: see propose_by_utilization.
proposal_result propose_from_samples(proposal_context const& context, metric_samples const& samples,
                                     pod_groups const& groups, usage_rule const& rule);

}  // namespace holdfast::cluster
