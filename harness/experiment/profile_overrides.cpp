#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "experiment/profile_parts.hpp"

namespace holdfast::experiment {
namespace {

struct path_step {
  std::string key;                   ///< of an object's member
  std::optional<std::size_t> index;  ///< or of an array's element
};

/// "actions[0].at" in its steps; nothing when it is no path.
std::optional<std::vector<path_step>> steps_of(std::string_view path) {
  std::vector<path_step> steps;
  while (!path.empty()) {
    if (path.front() == '[') {
      auto const end = path.find(']');
      auto const index =
          end == path.npos ? result<std::uint64_t, unit_error>{unit_error{}} : parse_count(path.substr(1, end - 1));
      if (!index || steps.empty()) return std::nullopt;
      steps.push_back({{}, static_cast<std::size_t>(*index)});
      path.remove_prefix(end + 1);
      if (path.starts_with('.') && path.size() > 1) path.remove_prefix(1);
      continue;
    }
    auto const end = std::min(path.find_first_of(".["), path.size());
    if (end == 0) return std::nullopt;
    steps.push_back({std::string{path.substr(0, end)}, std::nullopt});
    path.remove_prefix(end);
    if (!path.starts_with('.')) continue;
    path.remove_prefix(1);
    if (path.empty()) return std::nullopt;
  }
  if (steps.empty()) return std::nullopt;
  return steps;
}

/// A value as JSON, or where it is none as a string: `--set load.users=20`, `--set load.rate=500/s`.
json_value value_of_text(std::string const& text, std::uint32_t line) {
  auto parsed = parse_json(text, "", {.depth = 50, .bytes = std::size_t{1} << 20U}, line);
  if (parsed) return *std::move(parsed);
  return {.kind = json_kind::string, .line = line, .text = text};
}

class setter {
 public:
  setter(json_value& document, std::string const& path, std::string const& value, json_problems& problems)
      : at_{&document}, path_{path}, value_{value}, problems_{problems} {}

  void set() {
    auto const steps = steps_of(path_);
    if (!steps) {
      return refuse("is not a path in the profile",
                    "Write e.g. \"--set load.users=20\" or \"--set actions[0].at=5s\".");
    }
    for (auto const& step : *steps) {
      auto const is_last = &step == &steps->back();
      if (!(step.index ? go_to_element(*step.index) : go_to_member(step.key, is_last))) return;
    }
    *at_ = value_of_text(value_, at_->line);
  }

 private:
  void refuse(std::string problem, std::string fix) {
    problems_.append({{.file = "command line",
                       .field = "--set",
                       .value = fmt::format("{}={}", path_, value_),
                       .problem = std::move(problem),
                       .fix = std::move(fix)}});
  }

  bool go_to_element(std::size_t index) {
    if (at_->kind == json_kind::array && index < at_->elements.size()) {
      at_ = &at_->elements[index];
      return true;
    }
    refuse(at_->kind == json_kind::array
               ? fmt::format("there is no element {}; the first is 0, there are {}", index, at_->elements.size())
               : fmt::format("what stands before [{}] is no array", index),
           "Look the place up in the profile.");
    return false;
  }

  /// The last key may be new: whether it is known is for the profile's reader to say. So may an object on the way.
  bool go_to_member(std::string const& key, bool is_last) {
    if (at_->kind != json_kind::object) {
      refuse(fmt::format("what stands before \"{}\" is {}, not an object", key, name_of(at_->kind)),
             "Look the place up in the profile.");
      return false;
    }
    auto& members = at_->members;
    auto found = std::ranges::find(members, key, &json_member::key);
    if (found == members.end()) {
      json_value fresh{.kind = is_last ? json_kind::null : json_kind::object, .line = at_->line};
      found = members.insert(members.end(), {.key = key, .line = at_->line, .value = std::move(fresh)});
    }
    at_ = &found->value;
    return true;
  }

  json_value* at_;
  std::string const& path_;
  std::string const& value_;
  json_problems& problems_;
};

}  // namespace

void apply_settings(json_value& document, profile_overrides const& overrides, json_problems& problems) {
  auto const set = [&](std::string const& path, std::string const& value) {
    setter{document, path, value, problems}.set();
  };
  for (auto const& [path, value] : overrides.set) set(path, value);
  if (overrides.seed) set("seed", fmt::format("{}", *overrides.seed));
  if (overrides.repeat) set("repeat", fmt::format("{}", *overrides.repeat));
}

}  // namespace holdfast::experiment
