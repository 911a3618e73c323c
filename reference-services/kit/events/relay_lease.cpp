#include "kit/events/relay_lease.hpp"

#include <cstddef>
#include <cstdint>

#include "kit/events/boot_id.hpp"

namespace holdfast::kit {
namespace {

constexpr std::string_view name = "outbox";
// Columns, as in event_table_schemas().
constexpr std::size_t holder_column = 1;
constexpr std::size_t boot_column = 2;
constexpr std::size_t end_column = 3;

std::int64_t nanoseconds_of(time_point at) { return nanoseconds{at.time_since_epoch()}.count(); }

}  // namespace

bool relay_lease::may_take(row const& held, time_point now) const {
  if (held[holder_column] == value{holder_} || held[boot_column] != value{boot_id()}) return true;
  auto const* const end = std::get_if<std::int64_t>(&held[end_column]);
  return end == nullptr || *end <= nanoseconds_of(now);
}

bool relay_lease::hold(transaction& in, time_point now, nanoseconds lasts) const {
  row const mine{std::string{name}, holder_, boot_id(), nanoseconds_of(now + lasts)};
  auto const held = in.find(leases_, "name", value{std::string{name}}, 1);
  if (held.empty()) return in.insert(leases_, mine).has_value();
  return may_take(held.front().values, now) && in.replace(leases_, held.front().id, mine);
}

void relay_lease::give_back(transaction& in) const {
  auto const held = in.find(leases_, "name", value{std::string{name}}, 1);
  if (!held.empty() && held.front().values[holder_column] == value{holder_}) in.erase(leases_, held.front().id);
}

bool relay_lease::is_free(reader& in, time_point now) const {
  auto const held = in.find(leases_, "name", value{std::string{name}}, 1);
  return held.empty() || may_take(held.front().values, now);
}

}  // namespace holdfast::kit
