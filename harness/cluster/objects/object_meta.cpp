#include "cluster/objects/object_meta.hpp"

#include <cctype>

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace holdfast::cluster {
namespace {

label_map texts_at(json const& object, char const* field) {
  label_map texts;
  auto const& found = member(object, "metadata", field);
  for (auto const& [key, value] : found.items()) {
    if (value.is_string()) texts.emplace(key, value.get_ref<std::string const&>());
  }
  return texts;
}

bool flag_at(json const& value, char const* key) {
  auto const& found = member(value, key);
  return found.is_boolean() && found.get<bool>();
}

/// Reads so many digits; nothing when there are fewer.
std::optional<int> digits(std::string_view& text, std::size_t count) {
  if (text.size() < count) return std::nullopt;
  int value = 0;
  for (auto const c : text.substr(0, count)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  text.remove_prefix(count);
  return value;
}

bool skip(std::string_view& text, std::string_view any_of) {
  if (text.empty() || any_of.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<std::chrono::sys_days> parse_date(std::string_view& text) {
  auto const year = digits(text, 4);
  if (!year || !skip(text, "-")) return std::nullopt;
  auto const month = digits(text, 2);
  if (!month || !skip(text, "-")) return std::nullopt;
  auto const day = digits(text, 2);
  if (!day) return std::nullopt;
  auto const date = std::chrono::year{*year} / *month / *day;
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days{date};
}

std::optional<std::chrono::minutes> parse_clock(std::string_view& text) {
  auto const hours = digits(text, 2);
  if (!hours || *hours > 23 || !skip(text, ":")) return std::nullopt;
  auto const minutes = digits(text, 2);
  if (!minutes || *minutes > 59) return std::nullopt;
  return std::chrono::hours{*hours} + std::chrono::minutes{*minutes};
}

/// Seconds with any number of digits behind the point; what is finer than a nanosecond is dropped.
std::optional<nanoseconds> parse_seconds(std::string_view& text) {
  auto const seconds = digits(text, 2);
  if (!seconds || *seconds > 60) return std::nullopt;
  nanoseconds total = std::chrono::seconds{*seconds};
  if (!skip(text, ".")) return total;
  nanoseconds unit = std::chrono::milliseconds{100};
  auto const before = text.size();
  while (auto const digit = digits(text, 1)) {
    total += *digit * unit;
    unit /= 10;
  }
  if (text.size() == before) return std::nullopt;
  return total;
}

std::optional<std::chrono::minutes> parse_offset(std::string_view& text) {
  if (skip(text, "Zz")) return std::chrono::minutes{0};
  auto const is_west = !text.empty() && text.front() == '-';
  if (!skip(text, "+-")) return std::nullopt;
  auto const offset = parse_clock(text);
  if (!offset) return std::nullopt;
  return is_west ? -*offset : *offset;
}

}  // namespace

json const& null_json() {
  static json const null;
  return null;
}

std::string const& name_of(json const& object) { return text_at(object, "metadata", "name"); }
std::string const& namespace_of(json const& object) { return text_at(object, "metadata", "namespace"); }
object_key key_of(json const& object) { return {namespace_of(object), name_of(object)}; }
std::string const& uid_of(json const& object) { return text_at(object, "metadata", "uid"); }
label_map labels_of(json const& object) { return texts_at(object, "labels"); }
label_map annotations_of(json const& object) { return texts_at(object, "annotations"); }
bool is_terminating(json const& object) { return member(object, "metadata", "deletionTimestamp").is_string(); }

std::vector<owner_reference> owners_of(json const& object) {
  std::vector<owner_reference> owners;
  auto const& references = member(object, "metadata", "ownerReferences");
  if (!references.is_array()) return owners;
  for (auto const& each : references) {
    owners.push_back({.api_version = text_at(each, "apiVersion"),
                      .kind = text_at(each, "kind"),
                      .name = text_at(each, "name"),
                      .uid = text_at(each, "uid"),
                      .is_controller = flag_at(each, "controller"),
                      .blocks_deletion = flag_at(each, "blockOwnerDeletion")});
  }
  return owners;
}

std::string controller_uid_of(json const& object) {
  for (auto const& owner : owners_of(object)) {
    if (owner.is_controller) return owner.uid;
  }
  return {};
}

std::string stamp_of(wall_time at) {
  auto const seconds = std::chrono::floor<std::chrono::seconds>(at);
  auto const rest = std::chrono::floor<std::chrono::microseconds>(at - seconds).count();
  auto const whole = fmt::format("{:%Y-%m-%dT%H:%M:%S}", fmt::gmtime(std::chrono::system_clock::to_time_t(seconds)));
  return rest == 0 ? whole + 'Z' : fmt::format("{}.{:06}Z", whole, rest);
}

std::optional<wall_time> parse_stamp(std::string_view text) {
  auto const date = parse_date(text);
  if (!date || !skip(text, "Tt ")) return std::nullopt;
  auto const time = parse_clock(text);
  if (!time || !skip(text, ":")) return std::nullopt;
  auto const seconds = parse_seconds(text);
  if (!seconds) return std::nullopt;
  auto const offset = parse_offset(text);
  if (!offset || !text.empty()) return std::nullopt;
  return wall_time{*date} + *time + *seconds - *offset;
}

}  // namespace holdfast::cluster
