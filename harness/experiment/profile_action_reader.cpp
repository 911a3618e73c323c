#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "experiment/profile_keys.hpp"
#include "experiment/profile_parts.hpp"

namespace holdfast::experiment {
namespace {

constexpr std::uint64_t most_times = 10'000;

std::optional<condition> condition_of(json_field const& field, profile_builder& builder) {
  auto const text = string_of(field, builder.problems);
  if (!text) return std::nullopt;
  auto made = parse_condition(*text);
  if (made) return *std::move(made);
  builder.problems.add(field, made.error().problem, made.error().fix);
  return std::nullopt;
}

class action_reader {
 public:
  action_reader(json_object const& object, profile_builder& builder)
      : object_{object}, builder_{builder}, problems_{builder.problems} {}

  void read(std::set<std::string>& names) {
    constexpr std::string_view fix =
        "Write e.g. \"rollout\": {\"deployment\": \"book\", \"image\": \"bookshop/book:v4\"}.";
    auto const what = only_one_of(object_, profile_keys::action_kinds, fix, builder_);
    auto kind = what ? read_action_kind(what->first, what->second, builder_) : std::nullopt;
    read_trigger();
    read_repetition();
    read_end(what ? what->first : std::string_view{});
    if (auto const why = object_.find("why")) made_.why = string_of(*why, problems_).value_or("");
    if (!kind) return;
    made_.kind = *std::move(kind);
    read_name(names);
    check_times();
    builder_.made.actions.push_back(std::move(made_));
  }

 private:
  void read_name(std::set<std::string>& names) {
    auto const field = object_.find("name");
    made_.name = field ? short_name_of(*field, builder_).value_or("") : default_name(made_.kind);
    if (names.insert(made_.name).second) return;
    if (field) return problems_.add(*field, "another action has that name", "Give each a name of its own.");
    for (int number = 2;; ++number) {  // made up by us: so is the difference
      auto name = fmt::format("{}-{}", made_.name, number);
      if (!names.insert(name).second) continue;
      made_.name = std::move(name);
      return;
    }
  }

  void read_trigger() {
    constexpr std::array<std::string_view, 3> keys{"at", "phase", "when"};
    auto const when = only_one_of(object_, keys, "Write e.g. \"at\": \"10s\".", builder_);
    if (!when) return;
    trigger_field_ = when->second;
    auto const after = object_.find("after");
    auto const delay = after ? duration_of(*after, problems_).value_or(nanoseconds{}) : nanoseconds{};
    if (after && when->first == "at") {
      problems_.add(*after, "\"at\" says the time already", "Add it to \"at\".");
    }
    if (auto const within = object_.find("within"); within && when->first != "when") {
      problems_.add(*within, "only what is waited for with \"when\" can be late", "Leave it out.");
    }
    if (when->first == "at") return read_at(when->second);
    if (when->first == "phase") return read_phase(when->second, delay);
    auto parsed = condition_of(when->second, builder_);
    if (!parsed) return;
    on_condition made{.when = *std::move(parsed), .after = delay};
    if (auto const within = object_.find("within")) made.within = time_span_of(*within, builder_);
    made_.trigger = std::move(made);
  }

  void read_at(json_field const& field) {
    if (auto const at = duration_of(field, problems_)) made_.trigger = at_time{*at};
  }

  void read_phase(json_field const& field, nanoseconds delay) {
    auto const name = string_of(field, problems_);
    if (!name) return;
    auto const& phases = builder_.made.phases;
    auto const found = std::ranges::find(phases, *name, &phase::name);
    if (found != phases.end()) {
      made_.trigger = at_time{found->begin + delay};
      return;
    }
    std::vector<std::string_view> names;
    for (auto const& each : phases) names.push_back(each.name);
    problems_.add(field, "there is no such phase",
                  "Name one of \"phases\", or write \"at\" with a time." + did_you_mean(*name, names));
  }

  void read_repetition() {
    auto const times = object_.find("times");
    auto const every = object_.find("every");
    if (times) made_.times = static_cast<std::uint32_t>(count_of(*times, 1, most_times, problems_).value_or(1));
    if (every) made_.every = time_span_of(*every, builder_).value_or(nanoseconds{});
    if (times.has_value() == every.has_value()) return;
    auto const& given = times ? *times : *every;
    problems_.add(given, times ? "\"every\" has to say how far apart" : "\"times\" has to say how often",
                  "Write both, e.g. \"times\": 5, \"every\": \"10s\".");
  }

  void read_end(std::string_view kind) {
    auto const lasts = object_.find("for");
    auto const until = object_.find("until");
    if (!lasts && !until) return;
    auto const& given = lasts ? *lasts : *until;
    if (kind != "fault" && kind != "pause") {
      return problems_.add(given, "only a fault or a pause has an end", "Leave it out.");
    }
    if (lasts && until) problems_.add(*until, "\"for\" stands there as well", "Keep one of them.");
    if (lasts) made_.end.lasts = time_span_of(*lasts, builder_);
    if (until) made_.end.until = condition_of(*until, builder_);
  }

  /// Everything that happens at a known time happens before the load ends.
  void check_times() {
    auto const* const at = std::get_if<at_time>(&made_.trigger);
    auto const length = length_of(builder_.made.load);
    if (at == nullptr || !trigger_field_ || !length) return;
    auto const last = at->at + made_.every * static_cast<std::int64_t>(made_.times - 1);
    if (last >= *length) {
      return problems_.add(*trigger_field_,
                           fmt::format("{} is after the end of the load, which lasts {}", format_duration(last),
                                       format_duration(*length)),
                           "Let it begin earlier, or make the load longer.");
    }
    if (made_.end.lasts && last + *made_.end.lasts > *length) {
      auto const field = object_.find("for");
      problems_.add(*field,
                    fmt::format("it would last until {}, and the load lasts {}",
                                format_duration(last + *made_.end.lasts), format_duration(*length)),
                    "Make it shorter, or leave \"for\" out: it ends with the load at the latest.");
    }
  }

  json_object const& object_;
  profile_builder& builder_;
  json_problems& problems_;
  action made_;
  std::optional<json_field> trigger_field_;
};

/// Conditions may be about actions that stand further down.
void check_conditions(json_field const& element, profile_builder& builder) {
  for (std::string_view const key : {"when", "until"}) {
    auto const found = std::ranges::find(element.value->members, key, &json_member::key);
    if (found == element.value->members.end() || found->value.kind != json_kind::string) continue;
    auto const parsed = parse_condition(found->value.text);
    if (parsed) check_condition_names({&found->value, fmt::format("{}.{}", element.path, key)}, *parsed, builder);
  }
}

}  // namespace

void read_actions(json_field const& field, profile_builder& builder) {
  constexpr auto known = profile_keys::joined(profile_keys::action_common, profile_keys::action_kinds);
  std::set<std::string> names;
  auto const problems_before = builder.problems.size();
  auto const elements = elements_of(field, builder.problems);
  for (auto const& element : elements) {
    json_object const object{element, known, builder.problems};
    if (object.is_object()) action_reader{object, builder}.read(names);
  }
  if (builder.problems.size() != problems_before) return;  // an action that is missing is not the condition's fault
  for (auto const& element : elements) check_conditions(element, builder);
}

void check_condition_names(json_field const& where, condition const& what, profile_builder& builder) {
  auto const& made = builder.made;
  auto const refuse = [&](std::string_view kind, std::vector<std::string_view> const& names, std::string_view name) {
    if (std::ranges::find(names, name) != names.end()) return;
    auto const near = did_you_mean(name, names);
    auto const list = names.empty() ? std::string{"There is none."} : fmt::format("Known: {}.", fmt::join(names, ", "));
    builder.problems.add(where, fmt::format("there is no {} \"{}\"", kind, name), near.empty() ? list : near.substr(1));
  };
  auto const named = [](auto const& all) {
    std::vector<std::string_view> names;
    for (auto const& each : all) names.push_back(each.name);
    return names;
  };
  auto const& system = builder.system;
  if (what.kind == timeline_kinds::action) return refuse("action", named(made.actions), what.subject);
  if (what.kind == timeline_kinds::phase) return refuse("phase", named(made.phases), what.subject);
  if (what.kind == timeline_kinds::fault) {
    std::vector<std::string_view> faults;
    for (auto const& each : made.actions) {
      if (std::holds_alternative<fault_action>(each.kind)) faults.push_back(each.name);
    }
    return refuse("fault", faults, what.subject);
  }
  if (!system.is_known()) return;
  if (what.kind == timeline_kinds::autoscaler) {
    return refuse("HorizontalPodAutoscaler", system.names(cluster::kinds::horizontal_pod_autoscaler), what.subject);
  }
  auto const deployments = system.names(cluster::kinds::deployment);
  if (what.kind != timeline_kinds::breaker) return refuse("Deployment", deployments, what.subject);
  auto const slash = what.subject.find('/');
  refuse("Deployment", deployments, std::string_view{what.subject}.substr(0, slash));
  refuse("Service", system.names(cluster::kinds::service), std::string_view{what.subject}.substr(slash + 1));
}

}  // namespace holdfast::experiment
