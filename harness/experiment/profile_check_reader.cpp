#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "experiment/profile_keys.hpp"
#include "experiment/profile_parts.hpp"
#include "load/outcome.hpp"

namespace holdfast::experiment {
namespace {

class check_reader {
 public:
  explicit check_reader(profile_builder& builder) : builder_{builder}, problems_{builder.problems} {
    for (auto const& each : builder.made.arms) arms_.push_back(each.name);
    for (auto const& each : builder.made.phases) scopes_.push_back(each.name);
    for (auto const& each : builder.made.actions) scopes_.push_back(each.name);
  }

  void read(json_field const& field) {
    check made;
    if (field.value->kind == json_kind::string) {
      if (read_condition(field, made)) keep(field, std::move(made));
      return;
    }
    if (field.value->kind != json_kind::object) {
      return problems_.wrong_kind(field, "a text or an object", "\"availability >= 99.9%\"");
    }
    json_object const object{field, profile_keys::check, problems_};
    if (auto const why = object.find("why")) made.why = string_of(*why, problems_).value_or("");
    if (auto const name = object.find("name")) made.name = string_of(*name, problems_).value_or("");
    if (auto const arms = object.find("arms")) read_arms(*arms, made);
    auto const text = object.require("check", "Write e.g. \"availability >= 99.9%\".", problems_);
    if (text && read_condition(*text, made)) keep(*text, std::move(made));
  }

 private:
  void keep(json_field const& field, check made) {
    if (made.name.empty()) made.name = made.condition.text;
    if (!names_.insert(made.name).second) {
      return problems_.add(field, fmt::format("another check is called \"{}\"", made.name),
                           "Leave one of them out, or give it a \"name\".");
    }
    builder_.made.checks.push_back(std::move(made));
  }

  void read_arms(json_field const& field, check& made) {
    for (auto const& element : elements_of(field, problems_)) {
      if (auto const name = word_of(element, arms_, problems_)) made.arms.emplace_back(*name);
    }
    if (field.value->kind == json_kind::array && field.value->elements.empty()) {
      problems_.add(field, "names no arm", "Leave it out to judge all of them.");
    }
  }

  bool read_condition(json_field const& field, check& made) {
    auto const text = string_of(field, problems_);
    if (!text) return false;
    auto parsed = parse_check(*text);
    if (!parsed) {
      problems_.add(field, parsed.error().problem, parsed.error().fix);
      return false;
    }
    made.condition = *std::move(parsed);
    auto const problems_before = problems_.size();
    check_metrics(field, made);
    check_scope_name(field, made.condition.scope);
    return problems_.size() == problems_before;
  }

  void check_metrics(json_field const& field, check const& made) {
    auto const& condition = made.condition;
    auto const left = unit_of(field, condition.metric);
    if (auto const* const limit = std::get_if<quantity>(&condition.limit)) {
      if (!left || *left == limit->unit || limit->value == 0) return;
      return problems_.add(
          field, fmt::format("{} is {}, the limit {}", condition.metric.name, name_of(*left), name_of(limit->unit)),
          fmt::format("Write the limit like {}.", example_of(*left)));
    }
    auto const& other = std::get<scaled_metric>(condition.limit).metric;
    auto const right = unit_of(field, other);
    if (left && right && *left != *right) {
      problems_.add(field,
                    fmt::format("{} is {}, {} {}", condition.metric.name, name_of(*left), other.name, name_of(*right)),
                    "Compare what has the same unit.");
    }
    if (!made.arms.empty() && (!condition.metric.arm.empty() || !other.arm.empty())) {
      problems_.add(field, "compares arms, and is judged in some of them", "Leave \"arms\" out.");
    }
  }

  static std::string_view example_of(quantity_unit unit) {
    constexpr std::array<std::string_view, 4> examples{"\"99.9%\"", "\"250ms\"", "\"500/s\"", "\"3\""};
    return examples[static_cast<std::size_t>(unit)];
  }

  std::optional<quantity_unit> unit_of(json_field const& field, metric_reference const& metric) {
    if (!metric.arm.empty() && std::ranges::find(arms_, metric.arm) == arms_.end()) {
      problems_.add(field, fmt::format("there is no arm \"{}\"", metric.arm),
                    fmt::format("Known: {}.{}", fmt::join(arms_, ", "), did_you_mean(metric.arm, arms_)));
    }
    auto const unit = builder_.sources.metric_unit(metric.name);
    if (unit) {
      check_subject(field, metric.name);
      return unit;
    }
    auto const near = builder_.sources.nearest_metric(metric.name);
    problems_.add(field, fmt::format("there is no metric \"{}\"", metric.name),
                  near.empty() ? "See \"holdfast metrics\"."
                               : fmt::format("Did you mean \"{}\"? See \"holdfast metrics\".", near));
    return std::nullopt;
  }

  /// "rollout.book.duration" is about a Deployment: one that the system has.
  void check_subject(json_field const& field, std::string_view metric) {
    auto const dot = metric.find('.');
    if (dot == std::string_view::npos) return;
    auto const family = metric.substr(0, dot);
    auto const rest = metric.substr(dot + 1);
    if (family == "failures") return refuse_unless(field, "outcome", rest, outcome_keys());
    auto const end = rest.find('.');
    if (end == std::string_view::npos) return;
    auto const subject = rest.substr(0, end);
    auto const& system = builder_.system;
    if (family == "recovery" || family == "lag") {
      std::vector<std::string_view> actions;
      for (auto const& each : builder_.made.actions) actions.push_back(each.name);
      return refuse_unless(field, "action", subject, actions);
    }
    if (!system.is_known()) return;
    auto names = system.names(cluster::kinds::deployment);
    if (family == "rollout") return refuse_unless(field, "Deployment", subject, names);
    auto const& other = family == "autoscale" ? cluster::kinds::horizontal_pod_autoscaler : cluster::kinds::service;
    auto const more = system.names(other);
    names.insert(names.end(), more.begin(), more.end());
    if (family == "autoscale" || family == "breaker") refuse_unless(field, other.name, subject, names);
  }

  static std::vector<std::string_view> outcome_keys() {
    std::vector<std::string_view> keys;
    for (std::size_t i = 0; i < load::outcome_count; ++i) keys.push_back(key_of(static_cast<load::outcome>(i)));
    return keys;
  }

  void refuse_unless(json_field const& field, std::string_view what, std::string_view name,
                     std::vector<std::string_view> const& known) {
    if (std::ranges::find(known, name) != known.end()) return;
    auto const near = did_you_mean(name, known);
    problems_.add(field, fmt::format("there is no {} \"{}\"", what, name),
                  !near.empty()   ? near.substr(1)
                  : known.empty() ? "There is none."
                                  : fmt::format("Known: {}.", fmt::join(known, ", ")));
  }

  void check_scope_name(json_field const& field, check_scope const& scope) {
    if (scope.name.empty()) return;
    refuse_unless(field, "phase or action", scope.name, scopes_);
  }

  profile_builder& builder_;
  json_problems& problems_;
  std::vector<std::string_view> arms_, scopes_;
  std::set<std::string> names_;
};

}  // namespace

void read_checks(json_field const& field, profile_builder& builder) {
  check_reader reader{builder};
  for (auto const& element : elements_of(field, builder.problems)) reader.read(element);
}

}  // namespace holdfast::experiment
