#include "cluster/api/age_text.hpp"

#include <fmt/format.h>

#include "cluster/objects/object_meta.hpp"

namespace holdfast::cluster {
namespace {

/// "3h5m", or "3h" when there is no rest.
std::string pair_text(std::int64_t whole, char const* unit, std::int64_t rest, char const* rest_unit) {
  if (rest == 0) return fmt::format("{}{}", whole, unit);
  return fmt::format("{}{}{}{}", whole, unit, rest, rest_unit);
}

}  // namespace

std::string human_duration(std::chrono::seconds age) {
  auto const seconds = age.count();
  if (seconds < -1) return "<invalid>";
  if (seconds < 0) return "0s";
  auto const minutes = seconds / 60;
  auto const hours = minutes / 60;
  auto const days = hours / 24;
  if (minutes < 2) return fmt::format("{}s", seconds);
  if (minutes < 10) return pair_text(minutes, "m", seconds % 60, "s");
  if (hours < 3) return fmt::format("{}m", minutes);
  if (hours < 8) return pair_text(hours, "h", minutes % 60, "m");
  if (hours < 48) return fmt::format("{}h", hours);
  if (days < 8) return pair_text(days, "d", hours % 24, "h");
  if (days < 2 * 365) return fmt::format("{}d", days);
  if (days < 8 * 365) return pair_text(days / 365, "y", days % 365, "d");
  return fmt::format("{}y", days / 365);
}

std::string age_text(json const& stamp, wall_time now) {
  auto const* const text = stamp.get_ptr<std::string const*>();
  auto const at = text == nullptr ? std::nullopt : parse_stamp(*text);
  if (!at) return "<unknown>";
  return human_duration(std::chrono::floor<std::chrono::seconds>(now - *at));
}

}  // namespace holdfast::cluster
