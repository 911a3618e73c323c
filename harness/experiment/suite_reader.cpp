#include <algorithm>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "experiment/profile_keys.hpp"
#include "experiment/profile_parts.hpp"

namespace holdfast::experiment {
namespace {

constexpr json_limits suite_limits{.depth = 50, .bytes = std::size_t{16} << 20U};

/// Values of "set" by path, as texts that stand for the same JSON.
void read_settings(json_field const& field, suite_entry& entry, json_problems& problems) {
  for (auto const& [path, value] : named_members(field, problems)) {
    entry.overrides.set.emplace_back(path, to_json(*value.value));
  }
}

void read_entry(json_field const& field, suite& made, json_problems& problems) {
  suite_entry entry{.profile = {}, .line = field.line()};
  if (field.value->kind == json_kind::string) {
    entry.profile = field.value->text;
  } else {
    json_object const object{field, profile_keys::suite_entry, problems};
    auto const name = object.require("profile", "Name a profile, relative to the suite.", problems);
    if (name) entry.profile = string_of(*name, problems).value_or("");
    if (auto const set = object.find("set")) read_settings(*set, entry, problems);
    if (auto const arms = object.find("arms")) {
      for (auto const& arm : elements_of(*arms, problems)) {
        if (auto const text = string_of(arm, problems)) entry.overrides.arms.emplace_back(*text);
      }
    }
    if (auto const seed = object.find("seed")) {
      entry.overrides.seed = count_of(*seed, 0, std::numeric_limits<std::uint64_t>::max(), problems);
    }
    if (auto const repeat = object.find("repeat")) {
      auto const times = count_of(*repeat, 1, 1000, problems);
      if (times) entry.overrides.repeat = static_cast<std::uint32_t>(*times);
    }
  }
  if (field.value->kind == json_kind::string && entry.profile.empty()) {
    problems.add(field, "names no profile", "Write e.g. \"../bookshop/rollout.json\".");
  }
  made.entries.push_back(std::move(entry));
}

}  // namespace

result<suite, diagnostics> read_suite(std::string_view text, std::string_view file) {
  auto const document = parse_json(text, file, suite_limits);
  if (!document) return document.error();
  json_problems problems{file};
  suite made;
  json_object const object{{&*document, ""}, profile_keys::suite, problems};
  if (auto const schema = object.find("$schema")) (void)string_of(*schema, problems);
  auto const title = object.require("title", "Add a line that says what the suite is for.", problems);
  if (title) made.title = string_of(*title, problems).value_or("");
  if (auto const about = object.find("description")) made.description = string_of(*about, problems).value_or("");
  auto const entries = object.require("profiles", "Add e.g. [\"../bookshop/rollout.json\"].", problems);
  if (entries) {
    for (auto const& element : elements_of(*entries, problems)) read_entry(element, made, problems);
    if (entries->value->kind == json_kind::array && made.entries.empty()) {
      problems.add(*entries, "an empty suite does nothing", "Name at least one profile.");
    }
  }
  if (!problems.empty()) return problems.take();
  return made;
}

bool is_suite(std::string_view text) {
  auto const document = parse_json(text, "", suite_limits);
  if (!document || document->kind != json_kind::object) return false;
  return std::ranges::find(document->members, "profiles", &json_member::key) != document->members.end();
}

}  // namespace holdfast::experiment
