#include "cluster/agent/volume_files.hpp"

#include <utility>

#include <fmt/format.h>

#include "cluster/agent/container_sources.hpp"

namespace holdfast::cluster {
namespace {

constexpr std::uint32_t standard_mode = 0644;

using payload_result = result<payload, start_obstacle>;

/// A volume whose files are being put together.
struct volume_in_making {
  json const& pod;
  std::string const& address;
  object_store const& store;
  std::string const& name;
  std::uint32_t default_mode = standard_mode;
};

std::optional<std::uint32_t> mode_at(json const& holder, char const* field) {
  auto const& mode = member(holder, field);
  return mode.is_number_integer() ? std::optional{mode.get<std::uint32_t>()} : std::nullopt;
}

std::vector<volume_item> items_of(json const& settings) {
  std::vector<volume_item> items;
  for (auto const& each : member(settings, "items")) {
    items.push_back({.key = text_at(each, "key"), .path = text_at(each, "path"), .mode = mode_at(each, "mode")});
  }
  return items;
}

/// Of a volume, or of a part of a projected one; the two call a Secret's name differently.
std::optional<file_source> source_of(json const& part) {
  if (auto const& map = member(part, "configMap"); map.is_object()) {
    return file_source{source_kind::config_map, text_at(map, "name"), &map};
  }
  if (auto const& secret = member(part, "secret"); secret.is_object()) {
    auto const& name = text_at(secret, "secretName");
    return file_source{source_kind::secret, name.empty() ? text_at(secret, "name") : name, &secret};
  }
  return std::nullopt;
}

payload_result without(volume_in_making const& volume, file_source const& source) {
  config_reference const missing{.from = source.kind == source_kind::secret ? config_reference::source::secret
                                                                            : config_reference::source::config_map,
                                 .used_as = config_reference::use::volume,
                                 .name = source.name,
                                 .volume = volume.name,
                                 .is_optional = need_of(*source.settings) == reference::optional,
                                 .found = config_reference::state::no_object};
  if (auto obstacle = obstacle_of({&missing, 1})) return std::move(*obstacle);
  return payload{};
}

payload_result files_from(volume_in_making const& volume, file_source const& source) {
  object_key const key{namespace_of(volume.pod), source.name};
  auto const data = source_data(volume.store, source.kind, key, binary_data::included);
  if (!data) return without(volume, source);
  auto const missing =
      need_of(*source.settings) == reference::optional ? missing_keys::are_left_out : missing_keys::are_errors;
  auto files = project(*data, items_of(*source.settings), volume.default_mode, missing,
                       source.kind == source_kind::secret ? "secret" : "config");
  if (files) return std::move(*files);
  return set_up_failed(volume.name, files.error(), "a key that is not optional has to be there");
}

payload downward_files(volume_in_making const& volume, json const& items) {
  payload files;
  for (auto const& item : items) {
    auto const& field = member(item, "fieldRef");
    auto content = field.is_object()
                       ? downward_field(volume.pod, text_at(field, "fieldPath"), volume.address, volume.store)
                       : downward_resource(volume.pod, null_json(), member(item, "resourceFieldRef"), volume.store);
    files[text_at(item, "path")] = {.content = std::move(content),
                                    .mode = mode_at(item, "mode").value_or(volume.default_mode)};
  }
  return files;
}

payload_result files_of_part(volume_in_making const& volume, json const& part) {
  if (auto const source = source_of(part)) return files_from(volume, *source);
  return downward_files(volume, member(part, "downwardAPI", "items"));
}

/// The later of two files of one path wins.
payload_result files_of_parts(volume_in_making const& volume, json const& parts) {
  payload all;
  for (auto const& part : parts) {
    auto files = files_of_part(volume, part);
    if (!files) return files;
    for (auto& [path, file] : *files) all.insert_or_assign(path, std::move(file));
  }
  return all;
}

/// The member that says how the volume is filled; null when it is not.
json const& filling_of(json const& volume) {
  for (auto const* const field : {"configMap", "secret", "downwardAPI", "projected"}) {
    if (auto const& filling = member(volume, field); filling.is_object()) return filling;
  }
  return null_json();
}

}  // namespace

std::vector<file_source> file_sources_of(json const& volume) {
  std::vector<file_source> sources;
  if (auto source = source_of(volume)) sources.push_back(std::move(*source));
  for (auto const& part : member(volume, "projected", "sources")) {
    if (auto source = source_of(part)) sources.push_back(std::move(*source));
  }
  return sources;
}

bool is_filled(json const& volume) { return filling_of(volume).is_object(); }

result<payload, start_obstacle> files_of(json const& pod, json const& volume, std::string const& address,
                                         object_store const& store) {
  volume_in_making const made{.pod = pod,
                              .address = address,
                              .store = store,
                              .name = text_at(volume, "name"),
                              .default_mode = mode_at(filling_of(volume), "defaultMode").value_or(standard_mode)};
  auto const& projected = member(volume, "projected");
  return projected.is_object() ? files_of_parts(made, member(projected, "sources")) : files_of_part(made, volume);
}

start_obstacle set_up_failed(std::string_view volume, std::string_view why, std::string rule) {
  return {.waiting_reason = "ContainerCreating",
          .event_reason = "FailedMount",
          .why = {.statement = fmt::format("MountVolume.SetUp failed for volume \"{}\" : {}", volume, why),
                  .rule = std::move(rule)}};
}

}  // namespace holdfast::cluster
