#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "cluster/objects/object_meta.hpp"
#include "cluster/objects/object_rules.hpp"
#include "cluster/objects/text_form.hpp"

namespace holdfast::cluster {
namespace {

constexpr std::size_t most_annotation_bytes = 256 * 1024;
constexpr std::array<std::string_view, 3> plain_finalizers{"orphan", "foregroundDeletion", "kubernetes"};

text_form name_form(resource_kind const& kind) {
  if (&kind == &kinds::service) return text_form::service_name;
  if (&kind == &kinds::name_space) return text_form::dns_label;
  return text_form::dns_subdomain;
}

void check_name(resource_kind const& kind, json const& meta, field_problems& found) {
  auto const& name = text_at(meta, "name");
  auto const& stem = text_at(meta, "generateName");
  auto const& given = member(meta, "name");
  if (!given.is_null() && !given.is_string()) return;
  if (name.empty() && stem.empty()) {
    found.push_back(is_missing("metadata.name", "name or generateName is required"));
    return;
  }
  auto const form = name_form(kind);
  if (!name.empty()) {
    auto const breach = breach_of(form, name);
    if (!breach.empty()) found.push_back(is_invalid("metadata.name", name, breach));
  } else if (auto const breach = breach_of(form, stem.substr(0, stem.find_last_not_of("-.") + 1)); !breach.empty()) {
    found.push_back(is_invalid("metadata.generateName", stem, breach));
  }
  auto const& name_space = text_at(meta, "namespace");
  if (!kind.is_namespaced && !name_space.empty()) {
    found.push_back(is_forbidden("metadata.namespace", fmt::format("a {} is in no namespace", kind.name), "Remove it"));
  }
}

void check_annotations(json const& annotations, field_problems& found) {
  if (!annotations.is_object()) return;
  std::size_t total = 0;
  for (auto const& [key, value] : annotations.items()) {
    auto const breach = breach_of(text_form::label_key, key);
    if (!breach.empty()) found.push_back(is_invalid("metadata.annotations", key, breach));
    total += key.size() + (value.is_string() ? value.get_ref<std::string const&>().size() : 0);
  }
  if (total > most_annotation_bytes) {
    found.push_back(
        is_too_long("metadata.annotations", fmt::format("may not be more than {} bytes", most_annotation_bytes)));
  }
}

void check_owners(json const& owners, field_problems& found) {
  if (!owners.is_array()) return;
  bool has_controller = false;
  for (std::size_t i = 0; i < owners.size(); ++i) {
    if (member(owners[i], "controller") != json(true)) continue;
    if (has_controller) {
      found.push_back(is_invalid(element_path("metadata.ownerReferences", i), text_at(owners[i], "name"),
                                 "only one owner may have controller set to true"));
    }
    has_controller = true;
  }
}

void check_finalizers(json const& finalizers, field_problems& found) {
  if (!finalizers.is_array()) return;
  for (std::size_t i = 0; i < finalizers.size(); ++i) {
    auto const* const name = finalizers[i].get_ptr<std::string const*>();
    if (name == nullptr) continue;
    bool const is_plain = std::ranges::find(plain_finalizers, *name) != plain_finalizers.end();
    if (is_plain || (name->find('/') != std::string::npos && breach_of(text_form::label_key, *name).empty())) continue;
    found.push_back(is_invalid(element_path("metadata.finalizers", i), *name, "must be a name with a domain before it",
                               "Write e.g. \"example.com/clean-up\""));
  }
}

}  // namespace

void check_labels(std::string const& path, json const& labels, field_problems& found) {
  if (!labels.is_object()) return;
  for (auto const& [key, value] : labels.items()) {
    if (auto const breach = breach_of(text_form::label_key, key); !breach.empty()) {
      found.push_back(is_invalid(entry_path(path, key), key, "the name of a label " + breach));
    }
    if (!value.is_string()) continue;
    if (auto const breach = breach_of(text_form::label_value, value.get_ref<std::string const&>()); !breach.empty()) {
      found.push_back(is_invalid(entry_path(path, key), value, breach));
    }
  }
}

void check_metadata(resource_kind const& kind, json const& object, field_problems& found) {
  auto const& meta = member(object, "metadata");
  if (!meta.is_object()) return;
  check_name(kind, meta, found);
  check_labels("metadata.labels", member(meta, "labels"), found);
  check_annotations(member(meta, "annotations"), found);
  check_owners(member(meta, "ownerReferences"), found);
  check_finalizers(member(meta, "finalizers"), found);
}

}  // namespace holdfast::cluster
