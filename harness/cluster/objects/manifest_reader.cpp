#include "cluster/objects/manifest_reader.hpp"

#include <algorithm>
#include <map>
#include <string_view>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "cluster/objects/conversion.hpp"
#include "cluster/objects/defaults.hpp"
#include "cluster/objects/manifest_files.hpp"
#include "cluster/objects/object_meta.hpp"
#include "cluster/objects/schema_validation.hpp"
#include "cluster/objects/validation.hpp"
#include "cluster/objects/yaml_document.hpp"

namespace holdfast::cluster {
namespace {

std::string as_sentence(std::string text) {
  if (!text.empty() && text.back() != '.' && text.back() != '?') text += '.';
  return text;
}

diagnostic located(field_problem problem, std::string const& file, source_lines const& lines) {
  return {.file = file,
          .line = line_of(lines, problem.field),
          .field = std::move(problem.field),
          .value = std::move(problem.value),
          .problem = std::move(problem.problem),
          .fix = as_sentence(std::move(problem.fix))};
}

/// "spec.containers[].tty": the same field of every element.
std::string without_indices(std::string_view path) {
  std::string plain;
  bool is_inside = false;
  for (auto const c : path) {
    if (c == ']') is_inside = false;
    if (!is_inside) plain += c;
    if (c == '[') is_inside = true;
  }
  return plain;
}

class manifest_check {
 public:
  void file(source_text const& source) {
    auto read = read_yaml(source.text, source.name);
    problems_.insert(problems_.end(), read.problems.begin(), read.problems.end());
    for (auto& document : read.documents) part(source.name, std::move(document));
  }

  result<manifest_set, diagnostics> take() {
    if (!problems_.empty()) return std::move(problems_);
    for (auto const& [field, place] : noted_) {
      auto& problem = found_.notes[place.first].problem;
      if (place.second > 1) problem += fmt::format(", here and in {} other places", place.second - 1);
    }
    return std::move(found_);
  }

 private:
  /// A List stands for its items; those of a DeploymentList may leave their kind to it.
  void part(std::string const& file, yaml_document document) {
    auto const& kind = text_at(document.value, "kind");
    auto const& items = member(document.value, "items");
    if (!kind.ends_with("List") || !items.is_array()) return object(file, std::move(document));
    auto const item_kind = kind.substr(0, kind.size() - std::string_view{"List"}.size());
    auto const version = text_at(document.value, "apiVersion");
    auto const* const lines = part_named(document.lines, "items");
    for (std::size_t i = 0; i < items.size(); ++i) {
      yaml_document item{items[i], lines->parts[i]};
      if (item.value.is_object() && !item_kind.empty()) {
        if (!item.value.contains("kind")) item.value["kind"] = item_kind;
        if (!item.value.contains("apiVersion")) item.value["apiVersion"] = version;
      }
      object(file, std::move(item));
    }
  }

  void object(std::string const& file, yaml_document document) {
    auto const& version = text_at(document.value, "apiVersion");
    auto const& name = text_at(document.value, "kind");
    auto const* kind = find_kind(version, name);
    if (auto const* const served = find_served_version(version, name); served != nullptr) {
      kind = served->kind;
      document.value = to_stored(*served, std::move(document.value));
    }
    if (kind == nullptr) {
      problems_.push_back(located(kind_problem(document.value), file, document.lines));
      return;
    }
    check(*kind, file, document);
    only_once(*kind, file, document);
    found_.objects.push_back({kind, std::move(document.value), std::move(document.lines), file});
  }

  void check(resource_kind const& kind, std::string const& file, yaml_document const& document) {
    auto object = document.value;
    normalize(kind, object);
    apply_defaults(kind, object);
    auto const first = static_cast<std::ptrdiff_t>(problems_.size());
    for (auto& each : problems_of(kind, object)) problems_.push_back(located(std::move(each), file, document.lines));
    std::stable_sort(problems_.begin() + first, problems_.end(),
                     [](diagnostic const& a, diagnostic const& b) { return a.line < b.line; });
    for (auto& each : ineffective_fields(kind, document.value)) note(std::move(each), kind, file, document.lines);
  }

  /// One note for a field, however many objects have it.
  void note(field_problem problem, resource_kind const& kind, std::string const& file, source_lines const& lines) {
    auto const [place, is_new] =
        noted_.try_emplace(fmt::format("{} {}", kind.name, without_indices(problem.field)), found_.notes.size(), 0);
    ++place->second.second;
    if (!is_new) return;
    problem.problem = "has no effect in the local cluster";
    found_.notes.push_back(located(std::move(problem), file, lines));
  }

  void only_once(resource_kind const& kind, std::string const& file, yaml_document const& document) {
    auto const& name = name_of(document.value);
    if (name.empty()) return;
    auto name_space = namespace_of(document.value);
    if (name_space.empty()) name_space = "default";
    auto const line = line_of(document.lines, "metadata.name");
    auto const [first, is_new] =
        places_.try_emplace({&kind, std::move(name_space), name}, fmt::format("{}:{}", file, line));
    if (is_new) return;
    auto const problem = is_duplicate("metadata.name", name, fmt::format("this {} is there twice", kind.name),
                                      fmt::format("The other is in {}", first->second));
    problems_.push_back(located(problem, file, document.lines));
  }

  manifest_set found_;
  diagnostics problems_;
  std::map<std::string, std::pair<std::size_t, std::size_t>> noted_;  ///< index of the note, and how often
  std::map<std::tuple<resource_kind const*, std::string, std::string>, std::string> places_;
};

}  // namespace

result<manifest_set, diagnostics> check_manifests(std::span<source_text const> sources) {
  manifest_check check;
  for (auto const& source : sources) check.file(source);
  return check.take();
}

result<manifest_set, diagnostics> read_manifests(std::span<std::filesystem::path const> paths) {
  auto files = load_manifest_files(paths);
  auto checked = check_manifests(files.sources);
  if (files.problems.empty()) return checked;
  if (!checked) files.problems.insert(files.problems.end(), checked.error().begin(), checked.error().end());
  return std::move(files.problems);
}

}  // namespace holdfast::cluster
