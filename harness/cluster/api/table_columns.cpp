#include "cluster/api/table_columns.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cluster/api/age_text.hpp"
#include "cluster/objects/object_meta.hpp"

namespace holdfast::cluster {
namespace {

json at_pointer(json const& object, json::json_pointer const& at) {
  return object.contains(at) ? object.at(at) : json{};
}

/// "app=book,tier=back"
std::string labels_text(json const& labels) {
  std::vector<std::string> pairs;
  if (labels.is_object()) {
    for (auto const& [key, value] : labels.items()) {
      if (value.is_string()) pairs.push_back(key + '=' + value.get_ref<std::string const&>());
    }
  }
  return pairs.empty() ? "<none>" : fmt::format("{}", fmt::join(pairs, ","));
}

std::int64_t size_of_maps(json const& object, std::initializer_list<char const*> fields) {
  std::int64_t count = 0;
  for (auto const* const field : fields) {
    auto const& map = member(object, field);
    if (map.is_object()) count += static_cast<std::int64_t>(map.size());
  }
  return count;
}

/// Of a condition list: the status of the condition of that type.
std::string condition_status(json const& object, char const* type) {
  auto const& conditions = member(object, "status", "conditions");
  if (!conditions.is_array()) return {};
  for (auto const& each : conditions) {
    if (text_at(each, "type") == type) return text_at(each, "status");
  }
  return {};
}

std::string access_modes(json const& object) {
  auto const& modes = member(object, "spec", "accessModes");
  std::vector<std::string> texts;
  if (!modes.is_array()) return {};
  for (auto const& mode : modes) {
    if (mode == "ReadWriteOnce") texts.emplace_back("RWO");
    if (mode == "ReadOnlyMany") texts.emplace_back("ROX");
    if (mode == "ReadWriteMany") texts.emplace_back("RWX");
    if (mode == "ReadWriteOncePod") texts.emplace_back("RWOP");
  }
  return fmt::format("{}", fmt::join(texts, ","));
}

/// When an event was seen last: the series' stamp, the last one, or the only one.
json event_stamp(json const& event) {
  for (auto const* const field : {"lastTimestamp", "eventTime"}) {
    auto const& stamp = member(event, field);
    if (stamp.is_string()) return stamp;
  }
  return member(event, "metadata", "creationTimestamp");
}

std::string event_object(json const& event) {
  auto kind = text_at(event, "involvedObject", "kind");
  std::ranges::transform(kind, kind.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return kind + '/' + text_at(event, "involvedObject", "name");
}

}  // namespace

std::string joined(std::vector<std::string> const& texts, std::size_t most) {
  if (texts.empty()) return "<none>";
  auto const shown = std::min(texts.size(), most);
  auto text = fmt::format("{}", fmt::join(texts.begin(), texts.begin() + static_cast<std::ptrdiff_t>(shown), ","));
  if (shown < texts.size()) text += fmt::format(" + {} more...", texts.size() - shown);
  return text;
}

table_column name_column() {
  return {.name = "Name", .cell = [](json const& object, wall_time) { return json(name_of(object)); }};
}

table_column age_column() {
  return {.name = "Age", .cell = [](json const& object, wall_time now) {
            return json(age_text(member(object, "metadata", "creationTimestamp"), now));
          }};
}

table_column text_column(std::string name, json::json_pointer at, std::string otherwise) {
  return {.name = std::move(name),
          .cell = [at = std::move(at), otherwise = std::move(otherwise)](json const& object, wall_time) {
            auto const value = at_pointer(object, at);
            if (value.is_string() && !value.get_ref<std::string const&>().empty()) return value;
            return value.is_number() ? json(value.dump()) : json(otherwise);
          }};
}

table_column number_column(std::string name, json::json_pointer at) {
  return {.name = std::move(name), .is_number = true, .cell = [at = std::move(at)](json const& object, wall_time) {
            auto const value = at_pointer(object, at);
            return value.is_number() ? value : json(0);
          }};
}

table_column wide(table_column column) {
  column.is_wide = true;
  return column;
}

table_column containers_column(std::string name, char const* field) {
  return wide({.name = std::move(name), .cell = [field](json const& object, wall_time) {
                 std::vector<std::string> texts;
                 auto const& containers = member(object, "spec", "template", "spec", "containers");
                 if (containers.is_array()) {
                   for (auto const& each : containers) texts.push_back(text_at(each, field));
                 }
                 return json(fmt::format("{}", fmt::join(texts, ",")));
               }});
}

table_column selector_column(json::json_pointer at) {
  return wide({.name = "Selector", .cell = [at = std::move(at)](json const& object, wall_time) {
                 return json(labels_text(at_pointer(object, at)));
               }});
}

std::vector<table_column> deployment_columns() {
  return {name_column(),
          {.name = "Ready",
           .cell =
               [](json const& object, wall_time) {
                 return json(fmt::format("{}/{}", integer_at(object, 0, "status", "readyReplicas"),
                                         integer_at(object, 1, "spec", "replicas")));
               }},
          number_column("Up-to-date", "/status/updatedReplicas"_json_pointer),
          number_column("Available", "/status/availableReplicas"_json_pointer),
          age_column(),
          containers_column("Containers", "name"),
          containers_column("Images", "image"),
          selector_column("/spec/selector/matchLabels"_json_pointer)};
}

std::vector<table_column> replica_set_columns() {
  return {name_column(),
          number_column("Desired", "/spec/replicas"_json_pointer),
          number_column("Current", "/status/replicas"_json_pointer),
          number_column("Ready", "/status/readyReplicas"_json_pointer),
          age_column(),
          containers_column("Containers", "name"),
          containers_column("Images", "image"),
          selector_column("/spec/selector/matchLabels"_json_pointer)};
}

std::vector<table_column> config_map_columns() {
  return {name_column(),
          {.name = "Data",
           .is_number = true,
           .cell =
               [](json const& object, wall_time) {
                 return json(size_of_maps(object, {"data", "binaryData"}));
               }},
          age_column()};
}

std::vector<table_column> secret_columns() {
  return {name_column(),
          text_column("Type", "/type"_json_pointer, "Opaque"),
          {.name = "Data",
           .is_number = true,
           .cell = [](json const& object, wall_time) { return json(size_of_maps(object, {"data"})); }},
          age_column()};
}

std::vector<table_column> claim_columns() {
  return {name_column(),
          text_column("Status", "/status/phase"_json_pointer, ""),
          text_column("Volume", "/spec/volumeName"_json_pointer, ""),
          text_column("Capacity", "/status/capacity/storage"_json_pointer, ""),
          {.name = "Access Modes", .cell = [](json const& object, wall_time) { return json(access_modes(object)); }},
          text_column("StorageClass", "/spec/storageClassName"_json_pointer, ""),
          age_column(),
          wide(text_column("VolumeMode", "/spec/volumeMode"_json_pointer, "Filesystem"))};
}

std::vector<table_column> namespace_columns() {
  return {name_column(), text_column("Status", "/status/phase"_json_pointer, ""), age_column()};
}

std::vector<table_column> node_columns() {
  return {name_column(),
          {.name = "Status",
           .cell = [](json const& object,
                      wall_time) { return json(condition_status(object, "Ready") == "True" ? "Ready" : "NotReady"); }},
          text_column("Roles", "/nothing"_json_pointer),
          age_column(),
          text_column("Version", "/status/nodeInfo/kubeletVersion"_json_pointer, ""),
          wide(text_column("OS-Image", "/status/nodeInfo/osImage"_json_pointer, "<unknown>")),
          wide(text_column("Kernel-Version", "/status/nodeInfo/kernelVersion"_json_pointer, "<unknown>")),
          wide(text_column("Container-Runtime", "/status/nodeInfo/containerRuntimeVersion"_json_pointer, "<unknown>"))};
}

std::vector<table_column> event_columns() {
  return {{.name = "Last Seen",
           .cell = [](json const& object, wall_time now) { return json(age_text(event_stamp(object), now)); }},
          text_column("Type", "/type"_json_pointer, ""),
          text_column("Reason", "/reason"_json_pointer, ""),
          {.name = "Object", .cell = [](json const& object, wall_time) { return json(event_object(object)); }},
          wide(text_column("Subobject", "/involvedObject/fieldPath"_json_pointer, "")),
          wide(text_column("Source", "/source/component"_json_pointer, "")),
          text_column("Message", "/message"_json_pointer, ""),
          wide({.name = "First Seen",
                .cell = [](json const& object,
                           wall_time now) { return json(age_text(member(object, "firstTimestamp"), now)); }}),
          wide(number_column("Count", "/count"_json_pointer)),
          wide(name_column())};
}

std::vector<table_column> service_account_columns() {
  return {name_column(),
          {.name = "Secrets",
           .is_number = true,
           .cell =
               [](json const& object, wall_time) {
                 auto const& secrets = member(object, "secrets");
                 return json(secrets.is_array() ? secrets.size() : 0);
               }},
          age_column()};
}

}  // namespace holdfast::cluster
