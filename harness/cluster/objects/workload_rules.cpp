#include <string>

#include <fmt/format.h>

#include "cluster/control/int_or_percent.hpp"
#include "cluster/control/label_selector.hpp"
#include "cluster/objects/object_meta.hpp"
#include "cluster/objects/object_rules.hpp"
#include "cluster/objects/validation.hpp"

namespace holdfast::cluster {
namespace {

constexpr std::int32_t whole = 100;

/// A part of the replica count, when it is one.
std::optional<int_or_percent> part_of(std::string const& path, json const& value, field_problems& found) {
  if (!value.is_string() && !value.is_number_integer()) return std::nullopt;
  auto const part = parse_int_or_percent(shown(value));
  if (part) return *part;
  found.push_back(is_invalid(path, value, part.error().problem, part.error().fix));
  return std::nullopt;
}

void check_rolling_update(std::string const& path, json const& rolling, field_problems& found) {
  auto const surge = part_of(path + ".maxSurge", member(rolling, "maxSurge"), found);
  auto const missing = part_of(path + ".maxUnavailable", member(rolling, "maxUnavailable"), found);
  if (missing && missing->is_percent && missing->value > whole) {
    found.push_back(
        is_invalid(path + ".maxUnavailable", member(rolling, "maxUnavailable"), "must not be greater than 100%"));
  }
  if (surge && missing && surge->value == 0 && missing->value == 0) {
    found.push_back(is_invalid(path + ".maxUnavailable", member(rolling, "maxUnavailable"),
                               "may not be 0 when `maxSurge` is 0", "One of the two has to be above 0"));
  }
}

void check_strategy(json const& strategy, field_problems& found) {
  auto const& rolling = member(strategy, "rollingUpdate");
  if (text_at(strategy, "type") == "Recreate" && !rolling.is_null()) {
    found.push_back(is_forbidden("spec.strategy.rollingUpdate",
                                 "may not be specified when strategy `type` is 'Recreate'", "Remove it"));
  } else if (rolling.is_object()) {
    check_rolling_update("spec.strategy.rollingUpdate", rolling, found);
  }
}

/// The selector of a workload, and that it finds the workload's own pods.
void check_template(resource_kind const& kind, json const& spec, field_problems& found) {
  auto const& selector = member(spec, "selector");
  check_selector("spec.selector", selector, found);
  auto const& pod = member(spec, "template");
  auto const& labels = member(pod, "metadata", "labels");
  check_labels("spec.template.metadata.labels", labels, found);
  if (selector.is_object() && pod.is_object()) {
    auto const chosen = selector_of(selector);
    if (is_empty(chosen)) {
      found.push_back(is_invalid("spec.selector", selector,
                                 fmt::format("empty selector is invalid for {}", kind.singular),
                                 "Select the pods by a label of the template"));
    } else if (!matches(chosen, labels_of(pod))) {
      found.push_back(is_invalid("spec.template.metadata.labels", labels.is_null() ? json::object() : labels,
                                 "`selector` does not match template `labels`",
                                 fmt::format("The selector asks for {}", text_of(chosen))));
    }
  }
  auto const& policy = text_at(pod, "spec", "restartPolicy");
  if (policy == "OnFailure" || policy == "Never") {
    found.push_back(is_not_supported("spec.template.spec.restartPolicy", policy, "supported values: \"Always\""));
  }
  check_pod_spec("spec.template.spec", member(pod, "spec"), found);
}

}  // namespace

label_selector selector_of(json const& value) {
  label_selector selector;
  auto const& labels = member(value, "matchLabels");
  if (labels.is_object()) {
    for (auto const& [key, wanted] : labels.items()) {
      if (wanted.is_string()) selector.match_labels.emplace(key, wanted.get<std::string>());
    }
  }
  auto const& expressions = member(value, "matchExpressions");
  if (!expressions.is_array()) return selector;
  for (auto const& each : expressions) {
    label_requirement requirement{.key = text_at(each, "key"), .values = {}};
    auto const& op = text_at(each, "operator");
    if (op == "In") requirement.op = label_operator::in;
    if (op == "NotIn") requirement.op = label_operator::not_in;
    if (op == "DoesNotExist") requirement.op = label_operator::does_not_exist;
    auto const& values = member(each, "values");
    if (values.is_array()) {
      for (auto const& wanted : values) {
        if (wanted.is_string()) requirement.values.push_back(wanted.get<std::string>());
      }
    }
    selector.expressions.push_back(std::move(requirement));
  }
  return selector;
}

void check_selector(std::string const& path, json const& selector, field_problems& found) {
  if (!selector.is_object()) return;
  check_labels(path + ".matchLabels", member(selector, "matchLabels"), found);
  for (auto const& problem : problems_of(selector_of(selector))) {
    found.push_back(
        is_invalid(path + ".matchExpressions", member(selector, "matchExpressions"), problem.problem, problem.fix));
  }
}

void check_deployment(json const& object, field_problems& found) {
  auto const& spec = member(object, "spec");
  if (!spec.is_object()) return;
  check_template(kinds::deployment, spec, found);
  check_strategy(member(spec, "strategy"), found);
  auto const ready = integer_at(spec, 0, "minReadySeconds");
  auto const& deadline = member(spec, "progressDeadlineSeconds");
  if (deadline.is_number_integer() && deadline.get<std::int64_t>() <= ready) {
    found.push_back(is_invalid("spec.progressDeadlineSeconds", deadline, "must be greater than minReadySeconds"));
  }
}

void check_replica_set(json const& object, field_problems& found) {
  auto const& spec = member(object, "spec");
  if (spec.is_object()) check_template(kinds::replica_set, spec, found);
}

}  // namespace holdfast::cluster
