#include "cluster/objects/manifest_reader.hpp"

#include <map>
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

class manifest_check {
 public:
  void file(source_text const& source) {
    auto read = read_yaml(source.text, source.name);
    problems_.insert(problems_.end(), read.problems.begin(), read.problems.end());
    for (auto& document : read.documents) part(source.name, std::move(document));
  }

  result<manifest_set, diagnostics> take() {
    if (!problems_.empty()) return std::move(problems_);
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
    for (auto& problem : problems_of(kind, object))
      problems_.push_back(located(std::move(problem), file, document.lines));
    for (auto& note : ineffective_fields(kind, document.value)) {
      note.problem = "has no effect in the local cluster";
      found_.notes.push_back(located(std::move(note), file, document.lines));
    }
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
