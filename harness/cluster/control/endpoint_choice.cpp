#include "cluster/control/endpoint_choice.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace holdfast::cluster {
namespace {

std::vector<std::string> addresses_where(std::span<endpoint const> endpoints, bool (*holds)(endpoint_conditions)) {
  std::vector<std::string> addresses;
  for (auto const& each : endpoints) {
    if (holds(each.conditions)) addresses.push_back(each.address);
  }
  return addresses;
}

}  // namespace

eligible_endpoints eligible(std::span<endpoint const> endpoints) {
  auto ready = addresses_where(endpoints, [](endpoint_conditions c) { return c.ready; });
  if (!ready.empty()) return {endpoint_set::ready, std::move(ready)};
  auto leaving = addresses_where(endpoints, [](endpoint_conditions c) { return c.serving && c.terminating; });
  if (!leaving.empty()) return {endpoint_set::terminating, std::move(leaving)};
  return {};
}

std::string text_of(eligible_endpoints const& chosen, std::size_t all) {
  switch (chosen.which) {
    case endpoint_set::ready:
      return fmt::format("{} of {} endpoints are ready", chosen.addresses.size(), all);
    case endpoint_set::terminating:
      return fmt::format("no endpoint is ready: {} of {} are terminating and still serve", chosen.addresses.size(),
                         all);
    case endpoint_set::none:
      break;
  }
  return fmt::format("none of {} endpoints serves: the connection is refused", all);
}

std::string_view random_choice(eligible_endpoints const& from, random_engine& random) {
  if (from.addresses.empty()) return {};
  return from.addresses[random.below(from.addresses.size())];
}

std::string_view round_robin_choice::next(eligible_endpoints const& from) {
  if (from.addresses.empty()) return {};
  return from.addresses[turn_++ % from.addresses.size()];
}

std::string_view client_affinity::choose(std::string const& client, eligible_endpoints const& from,
                                         random_engine& random, time_point now) {
  auto const known = clients_.find(client);
  if (known != clients_.end() && now - known->second.last <= timeout_) {
    auto const same = std::ranges::find(from.addresses, known->second.address);
    if (same != from.addresses.end()) {
      known->second.last = now;
      return *same;
    }
  }
  auto const chosen = random_choice(from, random);
  if (chosen.empty()) return chosen;
  forget_old(now);
  clients_.insert_or_assign(client, pinned{std::string{chosen}, now});
  return chosen;
}

void client_affinity::forget_old(time_point now) {
  if (clients_.size() < prune_at_) return;
  std::erase_if(clients_, [&](auto const& each) { return now - each.second.last > timeout_; });
  prune_at_ = std::max<std::size_t>(1024, clients_.size() * 2);
}

}  // namespace holdfast::cluster
