#include "kit/events/partition_assignment.hpp"

#include <algorithm>
#include <cstddef>
#include <map>

namespace holdfast::kit {
namespace {

using holdings = std::map<std::string, std::vector<std::size_t>, std::less<>>;

holdings held_now(std::span<std::string const> members, std::span<std::string const> owners) {
  holdings held;
  for (auto const& member : members) held[member];
  for (std::size_t p = 0; p < owners.size(); ++p) {
    auto const owner = held.find(owners[p]);
    if (owner != held.end()) owner->second.push_back(p);
  }
  return held;
}

/// Members with most partitions first, so that the larger shares go where they need no move; names break ties.
std::vector<std::string> by_holding(holdings const& held) {
  std::vector<std::string> order;
  for (auto const& [member, partitions] : held) order.push_back(member);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::string const& a, std::string const& b) { return held.at(a).size() > held.at(b).size(); });
  return order;
}

}  // namespace

std::uint32_t partition_of(std::string_view key, std::uint32_t partitions) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (char const c : key) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 1099511628211ULL;
  }
  return partitions == 0 ? 0 : static_cast<std::uint32_t>(hash % partitions);
}

std::vector<std::string> assign_partitions(std::span<std::string const> members, std::span<std::string const> owners) {
  std::vector<std::string> wanted(owners.size());
  auto const held = held_now(members, owners);
  if (held.empty()) return wanted;

  auto const order = by_holding(held);
  auto const small_share = owners.size() / order.size();
  auto const larger_shares = owners.size() % order.size();
  std::vector<std::size_t> room(order.size());
  for (std::size_t m = 0; m < order.size(); ++m) {
    room[m] = small_share + (m < larger_shares ? 1U : 0U);
    for (auto const p : held.at(order[m])) {
      if (room[m] == 0) break;
      wanted[p] = order[m];
      --room[m];
    }
  }
  std::size_t next = 0;
  for (auto& partition : wanted) {
    if (!partition.empty()) continue;
    while (room[next] == 0) ++next;
    partition = order[next];
    --room[next];
  }
  return wanted;
}

lease_step step_for(std::string_view me, std::string_view owner, std::string_view wanted) {
  if (owner == me) return wanted == me ? lease_step::keep : lease_step::give_back;
  return owner.empty() && wanted == me ? lease_step::take : lease_step::leave_be;
}

}  // namespace holdfast::kit
