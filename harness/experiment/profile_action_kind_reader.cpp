#include <algorithm>
#include <array>
#include <csignal>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cluster/node/image_map.hpp"
#include "cluster/objects/object_meta.hpp"
#include "experiment/profile_keys.hpp"
#include "experiment/profile_parts.hpp"

namespace holdfast::experiment {
namespace {

struct signal_name {
  std::string_view name;
  int number;
};
constexpr std::array<signal_name, 10> signal_names{{{"TERM", SIGTERM},
                                                    {"KILL", SIGKILL},
                                                    {"INT", SIGINT},
                                                    {"HUP", SIGHUP},
                                                    {"QUIT", SIGQUIT},
                                                    {"ABRT", SIGABRT},
                                                    {"SEGV", SIGSEGV},
                                                    {"BUS", SIGBUS},
                                                    {"USR1", SIGUSR1},
                                                    {"USR2", SIGUSR2}}};

template <class... Lists>
json_object known_object(json_field const& field, profile_builder& builder, Lists const&... lists) {
  auto const known = profile_keys::joined(lists...);
  return json_object{field, known, builder.problems};
}

std::string deployment_of(json_object const& object, profile_builder& builder) {
  auto const field = object.require("deployment", "Name the Deployment.", builder.problems);
  auto name =
      field ? object_of_kind(*field, cluster::kinds::deployment, builder.system, builder.problems) : std::nullopt;
  return name.value_or("");
}

void read_labels(json_field const& field, pod_choice& into, profile_builder& builder) {
  for (auto const& [key, value] : named_members(field, builder.problems)) {
    if (auto const text = string_of(value, builder.problems)) into.labels.emplace(key, *text);
  }
  if (into.labels.empty() && field.value->kind == json_kind::object) {
    builder.problems.add(field, "no label at all would mean every pod", "Write e.g. {\"app\": \"book\"}.");
  }
  if (into.labels.empty() || !builder.system.is_known()) return;
  for (auto const deployment : builder.system.names(cluster::kinds::deployment)) {
    auto const& object = builder.system.find(cluster::kinds::deployment, deployment)->object;
    auto const& labels = cluster::member(object, "spec", "template", "metadata", "labels");
    auto const has = [&](auto const& wanted) { return cluster::member(labels, wanted.first) == wanted.second; };
    if (std::ranges::all_of(into.labels, has)) return;
  }
  builder.problems.add(field, "no Deployment of the system has pods with these labels",
                       "Compare them with its templates.");
}

pod_choice read_pods(json_object const& object, profile_builder& builder) {
  constexpr std::array<std::string_view, 2> ways{"deployment", "labels"};
  constexpr std::array<std::string_view, 3> orders{"random", "oldest", "newest"};
  pod_choice made;
  auto const which = only_one_of(object, ways, "Write e.g. \"deployment\": \"book\".", builder);
  if (which && which->first == "deployment") {
    made.deployment = deployment_of(object, builder);
  } else if (which) {
    read_labels(which->second, made, builder);
  }
  if (auto const count = object.find("count")) {
    if (count->value->kind == json_kind::string && count->value->text == "all") {
      made.count.reset();
    } else if (count->value->kind == json_kind::number) {
      made.count = static_cast<std::uint32_t>(count_of(*count, 1, 100'000, builder.problems).value_or(1));
    } else {
      builder.problems.add(*count, "must be a whole number or \"all\"", "Write e.g. 1.");
    }
  }
  if (auto const pick = object.find("pick")) {
    auto const word = word_of(*pick, orders, builder.problems);
    auto const found = std::ranges::find(orders, word.value_or("random"));
    made.order = static_cast<pod_order>(found - orders.begin());
  }
  return made;
}

/// The container whose image is set: the one that is named, or the only one.
std::string container_of(json_object const& object, std::string const& deployment, profile_builder& builder) {
  auto const containers = builder.system.containers(deployment);
  auto const field = object.find("container");
  if (!field) {
    if (containers.size() > 1) {
      builder.problems.add(object.field().line(), object.field().path, {},
                           "which container gets the image is not clear",
                           fmt::format("Add \"container\": one of {}.", fmt::join(containers, ", ")));
    }
    return containers.empty() ? std::string{} : containers.front();
  }
  auto const name = string_of(*field, builder.problems);
  if (!name) return {};
  if (!containers.empty() && std::ranges::find(containers, *name) == containers.end()) {
    builder.problems.add(*field, "the Deployment has no such container",
                         fmt::format("It has {}.", fmt::join(containers, ", ")));
  }
  return std::string{*name};
}

std::optional<action_kind> read_rollout(json_field const& field, profile_builder& builder) {
  auto const object = known_object(field, builder, profile_keys::rollout);
  rollout_action made{.deployment = deployment_of(object, builder)};
  constexpr std::array<std::string_view, 2> ways{"image", "restart"};
  auto const way =
      only_one_of(object, ways, "Write e.g. \"image\": \"bookshop/book:v4\", or \"restart\": true.", builder);
  if (!way) return std::nullopt;
  if (way->first == "restart") {
    if (boolean_of(way->second, builder.problems) == false) {
      builder.problems.add(way->second, "changes nothing", "Write true, or give an image.");
    }
    if (auto const container = object.find("container")) {
      builder.problems.add(*container, "a restart is one of all containers", "Leave it out.");
    }
    return made;
  }
  made.container = container_of(object, made.deployment, builder);
  auto const image = string_of(way->second, builder.problems);
  if (!image) return std::nullopt;
  if (!cluster::parse_image(*image)) {
    builder.problems.add(way->second, "is not the name of an image", "Write e.g. \"bookshop/book:v4\".");
  }
  made.image = *image;
  return made;
}

std::optional<action_kind> read_scale(json_field const& field, profile_builder& builder) {
  auto const object = known_object(field, builder, profile_keys::scale);
  scale_action made{.deployment = deployment_of(object, builder)};
  auto const replicas = object.require("replicas", "Write e.g. 0.", builder.problems);
  if (replicas)
    made.replicas = static_cast<std::uint32_t>(count_of(*replicas, 0, 10'000, builder.problems).value_or(0));
  return made;
}

std::optional<action_kind> read_kill(json_field const& field, profile_builder& builder) {
  auto const object = known_object(field, builder, profile_keys::pods, profile_keys::kill_more);
  kill_action made{.pods = read_pods(object, builder)};
  auto const signal = object.find("signal");
  if (!signal) return made;
  std::array<std::string_view, signal_names.size()> names{};
  std::ranges::transform(signal_names, names.begin(), &signal_name::name);
  if (auto const word = word_of(*signal, names, builder.problems)) {
    made.signal = std::ranges::find(signal_names, *word, &signal_name::name)->number;
  }
  return made;
}

template <class Action>
std::optional<action_kind> read_on_pods(json_field const& field, profile_builder& builder) {
  auto const object = known_object(field, builder, profile_keys::pods);
  return Action{.pods = read_pods(object, builder)};
}

std::optional<action_kind> read_delete(json_field const& field, profile_builder& builder) {
  auto const object = known_object(field, builder, profile_keys::object, profile_keys::pods);
  if (object.find("deployment") || object.find("labels")) {
    for (std::string_view const key : {"kind", "name"}) {
      if (auto const given = object.find(key)) {
        builder.problems.add(*given, "pods are chosen by \"deployment\" or \"labels\" alone", "Leave it out.");
      }
    }
    return delete_action{read_pods(object, builder)};
  }
  auto name = read_object_name(object, builder);
  if (!name) return std::nullopt;
  return delete_action{*std::move(name)};
}

std::optional<action_kind> read_create(json_field const& field, profile_builder& builder) {
  auto const object = known_object(field, builder, profile_keys::create);
  auto const source = only_one_of(object, profile_keys::create, "Write e.g. \"file\": \"limits.yaml\".", builder);
  if (!source) return std::nullopt;
  cluster::source_text text{.name = builder.problems.file()};
  if (source->first == "file") {
    auto content = builder.content(source->second);
    if (!content) return std::nullopt;
    text = {builder.beside(source->second.value->text).string(), *std::move(content)};
  } else {
    auto const made = cluster_json_of(source->second, builder);
    if (!made) return std::nullopt;
    text.text = made->dump();
  }
  auto read = cluster::check_manifests({&text, 1});
  if (read) return create_action{*std::move(read)};
  for (auto problem : read.error()) {
    if (source->first == "object") {
      problem.line = source->second.line();
      problem.field = fmt::format("{}.{}", source->second.path, problem.field);
    }
    builder.problems.append({problem});
  }
  return std::nullopt;
}

std::optional<action_kind> read_patch(json_field const& field, profile_builder& builder) {
  auto const object = known_object(field, builder, profile_keys::object, profile_keys::patch);
  auto name = read_object_name(object, builder);
  auto const form =
      only_one_of(object, profile_keys::patch, "Write e.g. \"merge_patch\": {\"spec\": {\"replicas\": 2}}.", builder);
  auto patch = form ? patch_of(form->first, form->second, builder) : std::nullopt;
  if (!name || !patch) return std::nullopt;
  return patch_action{*std::move(name), patch->type, std::move(patch->patch)};
}

std::optional<action_kind> read_fault_action(json_field const& field, profile_builder& builder) {
  fault_action made;
  auto& request = made.request;
  request.source = {.file = builder.problems.file(), .line = field.line(), .field = field.path};
  auto const& system = builder.system;
  std::optional<json_field> port;
  for (auto const& [key, value] : named_members(field, builder.problems)) {
    if (key == "kind") {
      request.kind = string_of(value, builder.problems).value_or("");
    } else if (key == "service") {
      made.service = object_of_kind(value, cluster::kinds::service, system, builder.problems).value_or("");
    } else if (key == "port") {
      port = value;
    } else if (key == "direction") {
      constexpr std::array<std::string_view, 3> words{"to-pod", "to-client", "both"};
      auto const word = word_of(value, words, builder.problems);
      if (word)
        request.direction = static_cast<cluster::path_direction>(std::ranges::find(words, *word) - words.begin());
    } else if (value.value->kind == json_kind::string || value.value->kind == json_kind::number) {
      request.parameters.emplace(key, value.value->text);
    } else {
      builder.problems.wrong_kind(value, "a text with its unit", "\"100ms\"");
    }
  }
  auto const is_missing = [&](std::string_view key, std::string fix) {
    auto const& members = field.value->members;
    if (std::ranges::find(members, key, &json_member::key) != members.end()) return false;
    builder.problems.add(field.line(), fmt::format("{}.{}", field.path, key), {}, "missing", std::move(fix));
    return true;
  };
  auto const has_no_service = is_missing("service", "Name the Service whose connections suffer it.");
  if (is_missing("kind", "Write e.g. \"latency\".") || has_no_service) return std::nullopt;
  if (port) {
    auto const found = port_of(*port, system.service_ports(made.service), "the Service", builder.problems);
    if (found) made.port = found->name.empty() ? fmt::format("{}", found->number) : found->name;
  }
  if (auto const checked = cluster::read_fault(request); !checked) {
    builder.problems.append(checked.error());
    return std::nullopt;
  }
  return made;
}

std::optional<action_kind> read_command(json_field const& field, profile_builder& builder) {
  auto const object = known_object(field, builder, profile_keys::run);
  command_action made;
  auto const words = object.require("command", "Write e.g. [\"./check-stock\", \"--all\"].", builder.problems);
  if (words) {
    for (auto const& element : elements_of(*words, builder.problems)) {
      if (auto const word = string_of(element, builder.problems)) made.words.emplace_back(*word);
    }
    if (words->value->kind == json_kind::array && (made.words.empty() || made.words.front().empty())) {
      builder.problems.add(*words, "names no program", "Write the program and its arguments.");
    }
  }
  if (auto const limit = object.find("timeout")) made.limit = time_span_of(*limit, builder).value_or(made.limit);
  return made;
}

}  // namespace

std::optional<action_kind> read_action_kind(std::string_view key, json_field const& field, profile_builder& builder) {
  using reader = std::optional<action_kind> (*)(json_field const&, profile_builder&);
  constexpr std::array<reader, profile_keys::action_kinds.size()> readers{
      read_rollout, read_scale,  read_kill,  read_on_pods<pause_action>, read_on_pods<continue_action>,
      read_delete,  read_create, read_patch, read_fault_action,          read_command};
  if (field.value->kind != json_kind::object) {
    builder.problems.wrong_kind(field, "an object", {});
    return std::nullopt;
  }
  auto const found = std::ranges::find(profile_keys::action_kinds, key);
  return readers[static_cast<std::size_t>(found - profile_keys::action_kinds.begin())](field, builder);
}

}  // namespace holdfast::experiment
