#include "cluster/control/pod_deletion_order.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <map>

namespace holdfast::cluster {
namespace {

constexpr std::size_t deletion_rules = 8;
constexpr std::array<std::string_view, deletion_rules + 1> deletion_rule_texts = {"not assigned to a node",
                                                                                  "its phase",
                                                                                  "not ready",
                                                                                  "a lower deletion cost",
                                                                                  "more pods on its node",
                                                                                  "ready for less time",
                                                                                  "more restarts",
                                                                                  "created later",
                                                                                  "its name"};

struct deletion_key {
  std::array<std::int64_t, deletion_rules> values{};
  std::string_view name{};
  std::size_t index = 0;
};

std::int64_t phase_rank(pod_phase phase) {
  switch (phase) {
    case pod_phase::pending:
      return 0;
    case pod_phase::unknown:
      return 1;
    case pod_phase::running:
    case pod_phase::succeeded:
    case pod_phase::failed:
      break;
  }
  return 2;
}

std::int64_t logarithmic_age(time_point since, time_point now) {
  auto const age = (now - since).count();
  return age <= 0 ? -1 : static_cast<std::int64_t>(std::bit_width(static_cast<std::uint64_t>(age))) - 1;
}

std::size_t first_difference(deletion_key const& some, deletion_key const& other) {
  return static_cast<std::size_t>(std::ranges::mismatch(some.values, other.values).in1 - some.values.begin());
}

bool goes_before(deletion_key const& some, deletion_key const& other) {
  if (some.values != other.values) return some.values < other.values;
  return some.name < other.name;
}

}  // namespace

std::vector<ranked_pod> deletion_order(std::span<owned_pod const> pods, time_point now) {
  std::map<std::string_view, std::int64_t> pods_on_node;
  for (auto const& pod : pods) ++pods_on_node[pod.node];
  std::vector<deletion_key> keys;
  for (auto const& pod : pods) {
    bool const is_ready = pod.ready && pod.ready->is_ready;
    keys.push_back({{pod.node.empty() ? 0 : 1, phase_rank(pod.phase), is_ready ? 1 : 0, pod.deletion_cost,
                     -pods_on_node[pod.node], is_ready ? logarithmic_age(pod.ready->last_transition, now) : 0,
                     -pod.restarts, -pod.created.time_since_epoch().count()},
                    pod.name,
                    keys.size()});
  }
  std::ranges::sort(keys, goes_before);
  std::vector<ranked_pod> order;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    bool const is_last = i + 1 == keys.size();
    order.push_back({keys[i].index, is_last ? "" : deletion_rule_texts.at(first_difference(keys[i], keys[i + 1]))});
  }
  return order;
}

}  // namespace holdfast::cluster
