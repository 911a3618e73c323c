#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cluster/objects/json_pointer.hpp"
#include "cluster/objects/object_meta.hpp"
#include "experiment/profile_keys.hpp"
#include "experiment/profile_parts.hpp"

namespace holdfast::experiment {
namespace {

using cluster::json;

/// An arm with its copy of the manifests, which its changes are applied to as they are read.
class arm_reader {
 public:
  explicit arm_reader(profile_builder& builder) : builder_{builder}, problems_{builder.problems} {
    if (builder.made.manifests) set_ = *builder.made.manifests;
  }

  void read(json_field const& field, std::set<std::string>& names) {
    json_object const object{field, profile_keys::arm, problems_};
    read_name(object, names);
    if (auto const text = object.find("description")) made_.description = string_of(*text, problems_).value_or("");
    if (auto const control = object.find("control")) made_.is_control = boolean_of(*control, problems_).value_or(false);
    auto const problems_before = problems_.size();
    if (auto const patches = object.find("patches")) {
      for (auto const& patch : elements_of(*patches, problems_)) read_patch(patch);
    }
    if (auto const environment = object.find("environment")) read_environment(*environment);
    if (auto const defects = object.find("defects")) read_defects(*defects);
    if (problems_.size() == problems_before) finish(field);
    builder_.made.arms.push_back(std::move(made_));
  }

 private:
  void read_name(json_object const& object, std::set<std::string>& names) {
    auto const field = object.require("name", "Write e.g. \"with-readiness\".", problems_);
    made_.name = field ? short_name_of(*field, builder_).value_or("") : "";
    if (made_.name.empty() || names.insert(made_.name).second) return;
    problems_.add(*field, "another arm has that name", "Give each a name of its own.");
  }

  cluster::manifest* object_named(cluster::resource_kind const& kind, std::string_view name) {
    auto const found = std::ranges::find_if(set_.objects, [&](cluster::manifest const& each) {
      return each.kind == &kind && cluster::name_of(each.object) == name;
    });
    return found == set_.objects.end() ? nullptr : &*found;
  }

  void read_patch(json_field const& field) {
    constexpr auto forms = profile_keys::joined(profile_keys::patch, profile_keys::arm_patch_more);
    constexpr auto known = profile_keys::joined(profile_keys::object, forms);
    json_object const object{field, known, problems_};
    auto const target = read_object_name(object, builder_);
    auto const form =
        only_one_of(object, forms, "Write e.g. \"merge_patch\": {\"spec\": {\"replicas\": 2}}.", builder_);
    if (!form) return;
    if (form->first == "remove") return remove(target, form->second);
    auto patch = patch_of(form->first, form->second, builder_);
    if (!target || !patch) return;
    auto* const manifest = object_named(*target->kind, target->name);
    if (manifest == nullptr) return;  // the system is not known, or the arm has removed it
    auto changed = cluster::patched(*target->kind, manifest->object, patch->patch, patch->type);
    if (!changed) {
      return problems_.add(
          patch->field.line(), patch->field.path, {},
          fmt::format("does not fit {} {}: {}", target->kind->name, target->name, changed.error().message),
          "Compare it with the manifest.");
    }
    manifest->object = *std::move(changed);
    changed_.insert(fmt::format("{}/{}", manifest->kind->name, target->name));
    made_.changes.push_back({*target, patch->type, std::move(patch->patch)});
  }

  void remove(std::optional<object_name> const& target, json_field const& field) {
    auto const is_removed = boolean_of(field, problems_);
    if (is_removed == false) problems_.add(field, "changes nothing", "Leave the whole entry out.");
    if (!target || is_removed != true) return;
    std::erase_if(set_.objects, [&](cluster::manifest const& each) {
      return each.kind == target->kind && cluster::name_of(each.object) == target->name;
    });
    made_.changes.push_back({*target, std::nullopt, {}});
  }

  void read_environment(json_field const& field) {
    for (auto const& [deployment, variables] : named_members(field, problems_)) {
      auto const names = deployment == "*" ? builder_.system.names(cluster::kinds::deployment)
                                           : std::vector<std::string_view>{deployment};
      if (deployment != "*" && !is_deployment(variables, deployment)) continue;
      for (auto const& [name, value] : named_members(variables, problems_)) {
        if (name.empty() || name.find('=') != name.npos) {
          problems_.add(value, fmt::format("\"{}\" cannot be the name of a variable", name),
                        "Write e.g. \"LOG_LEVEL\".");
          continue;
        }
        auto const text = value_of(value);
        if (!text) continue;
        for (auto const each : names) set_variable(each, name, *text, value);
      }
    }
  }

  bool is_deployment(json_field const& field, std::string_view name) {
    if (!builder_.system.is_known() || builder_.system.find(cluster::kinds::deployment, name) != nullptr) return true;
    auto const known = builder_.system.names(cluster::kinds::deployment);
    problems_.add(
        field.line(), field.path, std::string{name}, "the system has no such Deployment",
        fmt::format("It has {}, and \"*\" stands for all.{}", fmt::join(known, ", "), did_you_mean(name, known)));
    return false;
  }

  /// A value, or nothing inside for one to be taken away.
  std::optional<std::optional<std::string>> value_of(json_field const& field) {
    switch (field.value->kind) {
      case json_kind::null:
        return std::optional<std::string>{};
      case json_kind::string:
      case json_kind::number:
        return std::optional{field.value->text};
      case json_kind::boolean:
        return std::optional<std::string>{field.value->boolean ? "true" : "false"};
      default:
        problems_.wrong_kind(field, "a text, a number, true, false or null", "\"600\"");
        return std::nullopt;
    }
  }

  void set_variable(std::string_view deployment, std::string_view name, std::optional<std::string> const& value,
                    json_field const& where) {
    made_.environment[std::string{deployment}][std::string{name}] = value;
    auto* const manifest = object_named(cluster::kinds::deployment, deployment);
    if (manifest == nullptr) return;
    auto* const containers = cluster::value_at(manifest->object, {"spec", "template", "spec", "containers"}, 4);
    if (containers == nullptr || !containers->is_array()) return;  // what a patch has left of it is refused later
    bool was_there = false;
    for (auto& container : *containers) {
      if (!container.is_object()) return;
      auto& list = container["env"];
      if (!list.is_array()) list = json::array();
      auto const is_it = [&](json const& each) { return cluster::member(each, "name") == name; };
      auto const found = std::ranges::find_if(list, is_it);
      was_there = was_there || found != list.end();
      if (found != list.end()) list.erase(found);
      if (value) list.push_back({{"name", name}, {"value", *value}});
      if (list.empty()) container.erase("env");
    }
    if (!value && !was_there) {
      problems_.add(where, fmt::format("Deployment {} does not set that variable itself", deployment), "Leave it out.");
    }
    changed_.insert("Deployment/" + std::string{deployment});
  }

  void read_defects(json_field const& field) {
    for (auto const& element : elements_of(field, problems_)) {
      auto const name = string_of(element, problems_);
      if (!name) continue;
      if (name->empty() || name->find_first_of(", ") != name->npos) {
        problems_.add(element, "is not a defect's name", "Write e.g. \"BS-01\"; each is an entry of its own.");
      }
      made_.defects.emplace_back(*name);
    }
    if (made_.defects.empty()) return;
    for (auto const deployment : builder_.system.names(cluster::kinds::deployment)) {
      set_variable(deployment, "DEFECTS", fmt::format("{}", fmt::join(made_.defects, ",")), field);
      made_.environment[std::string{deployment}].erase("DEFECTS");  // told by `defects`
      if (made_.environment[std::string{deployment}].empty()) made_.environment.erase(std::string{deployment});
    }
  }

  /// The changed objects pass the checks that the API would make.
  void finish(json_field const& field) {
    if (!builder_.made.manifests) return;
    std::vector<cluster::source_text> texts;
    for (auto const& each : set_.objects) {
      auto const name = fmt::format("{}/{}", each.kind->name, cluster::name_of(each.object));
      if (changed_.contains(name)) texts.push_back({name, each.object.dump()});
    }
    if (auto const checked = cluster::check_manifests(texts); !checked) {
      for (auto const& problem : checked.error()) {
        problems_.add(field.line(), field.path, problem.value,
                      fmt::format("with its changes {}: {}: {}", problem.file, problem.field, problem.problem),
                      problem.fix);
      }
    }
    made_.manifests = std::make_shared<cluster::manifest_set const>(std::move(set_));
  }

  profile_builder& builder_;
  json_problems& problems_;
  arm made_;
  cluster::manifest_set set_;
  std::set<std::string> changed_;
};

}  // namespace

std::optional<object_name> read_object_name(json_object const& object, profile_builder& builder) {
  auto const kind_field = object.require("kind", "Write e.g. \"Deployment\".", builder.problems);
  auto const name_field = object.require("name", "Name the object.", builder.problems);
  auto const* const kind = kind_field ? kind_of(*kind_field, builder.problems) : nullptr;
  if (kind == nullptr || !name_field) return std::nullopt;
  auto name = object_of_kind(*name_field, *kind, builder.system, builder.problems);
  if (!name) return std::nullopt;
  object_name made{kind, *std::move(name)};
  auto const* const manifest = builder.system.find(*kind, made.name);
  auto const name_space = manifest != nullptr ? cluster::namespace_of(manifest->object) : std::string{};
  if (!name_space.empty()) made.name_space = name_space;
  return made;
}

std::optional<written_patch> patch_of(std::string_view key, json_field const& field, profile_builder& builder) {
  using cluster::patch_type;
  auto const type = key == "json_patch"    ? patch_type::json_patch
                    : key == "merge_patch" ? patch_type::merge
                                           : patch_type::strategic;
  auto const wanted = type == patch_type::json_patch ? json_kind::array : json_kind::object;
  if (field.value->kind != wanted) {
    builder.problems.wrong_kind(field, name_of(wanted),
                                wanted == json_kind::array ? "[{\"op\": \"remove\", \"path\": \"/spec/paused\"}]"
                                                           : "{\"spec\": {\"replicas\": 2}}");
    return std::nullopt;
  }
  auto patch = cluster_json_of(field, builder);
  if (!patch) return std::nullopt;
  return written_patch{type, field, *std::move(patch)};
}

void read_arms(std::optional<json_field> const& field, profile_builder& builder) {
  if (!field) {
    builder.made.arms.push_back({.name = "main", .manifests = builder.made.manifests});
    return;
  }
  std::set<std::string> names;
  auto const elements = elements_of(*field, builder.problems);
  if (field->value->kind == json_kind::array && elements.empty()) {
    builder.problems.add(*field, "an experiment needs an arm", "Leave \"arms\" out for a single one.");
  }
  for (auto const& element : elements) arm_reader{builder}.read(element, names);
  if (!elements.empty() && std::ranges::all_of(builder.made.arms, &arm::is_control)) {
    builder.problems.add(*field, "all arms are controls", "One has to be the system as it should be.");
  }
}

}  // namespace holdfast::experiment
