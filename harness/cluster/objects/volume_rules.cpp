#include <set>
#include <string>

#include <fmt/format.h>

#include "cluster/objects/object_meta.hpp"
#include "cluster/objects/object_rules.hpp"

namespace holdfast::cluster {
namespace {

/// A path of a file inside a volume.
void check_file_path(std::string const& path, json const& item, field_problems& found) {
  auto const& file = text_at(item, "path");
  bool const leaves = file.starts_with('/') || file.starts_with("..") || file.find("/../") != std::string::npos ||
                      file.ends_with("/..");
  if (leaves) found.push_back(is_invalid(path + ".path", file, "must be a relative path without \"..\""));
}

void check_items(std::string const& path, json const& items, bool is_downward, field_problems& found) {
  if (!items.is_array()) return;
  for (std::size_t i = 0; i < items.size(); ++i) {
    auto const at = element_path(path, i);
    check_file_path(at, items[i], found);
    if (!is_downward) continue;
    check_one_of(at, items[i], {"fieldRef", "resourceFieldRef"}, found);
    check_field_reference(at + ".fieldRef", member(items[i], "fieldRef"), true, found);
    if (member(items[i], "resourceFieldRef").is_object() &&
        text_at(items[i], "resourceFieldRef", "containerName").empty())
      found.push_back(is_missing(at + ".resourceFieldRef.containerName", "has to be given"));
  }
}

void check_named(std::string const& path, json const& source, char const* field, field_problems& found) {
  if (source.is_object() && text_at(source, field).empty()) {
    found.push_back(is_missing(fmt::format("{}.{}", path, field), "has to be given"));
  }
}

void check_projected(std::string const& path, json const& sources, field_problems& found) {
  if (!sources.is_array()) return;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    auto const at = element_path(path, i);
    bool const is_refused =
        sources[i].is_object() && (sources[i].contains("serviceAccountToken") ||
                                   sources[i].contains("clusterTrustBundle") || sources[i].contains("podCertificate"));
    if (!is_refused) check_one_of(at, sources[i], {"configMap", "downwardAPI", "secret"}, found);
    for (auto const* const name : {"configMap", "secret"}) {
      check_named(fmt::format("{}.{}", at, name), member(sources[i], name), "name", found);
      check_items(fmt::format("{}.{}.items", at, name), member(sources[i], name, "items"), false, found);
    }
    check_items(at + ".downwardAPI.items", member(sources[i], "downwardAPI", "items"), true, found);
  }
}

void check_volume(std::string const& path, json const& volume, field_problems& found) {
  if (volume.is_object() && volume.size() > 2) {
    std::string names;
    for (auto const& [key, source] : volume.items()) {
      if (key != "name" && source.is_object()) names += (names.empty() ? "" : ", ") + key;
    }
    if (names.find(',') != std::string::npos) found.push_back(is_forbidden(path, "may have only one of " + names));
  }
  check_named(path + ".configMap", member(volume, "configMap"), "name", found);
  check_named(path + ".secret", member(volume, "secret"), "secretName", found);
  check_items(path + ".configMap.items", member(volume, "configMap", "items"), false, found);
  check_items(path + ".secret.items", member(volume, "secret", "items"), false, found);
  check_items(path + ".downwardAPI.items", member(volume, "downwardAPI", "items"), true, found);
  check_projected(path + ".projected.sources", member(volume, "projected", "sources"), found);
}

}  // namespace

void check_volumes(std::string const& path, json const& spec, field_problems& found) {
  auto const& volumes = member(spec, "volumes");
  if (!volumes.is_array()) return;
  std::set<std::string> names;
  for (std::size_t i = 0; i < volumes.size(); ++i) {
    auto const at = element_path(path, i);
    auto const& name = text_at(volumes[i], "name");
    if (!name.empty() && !names.insert(name).second) {
      found.push_back(is_duplicate(at + ".name", name, "another volume of the pod has this name"));
    }
    check_volume(at, volumes[i], found);
  }
}

}  // namespace holdfast::cluster
