#include "cluster/objects/manifest_files.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <optional>
#include <set>
#include <string>
#include <system_error>
#include <utility>

#include "cluster/objects/field_problem.hpp"
#include "cluster/objects/object_meta.hpp"
#include "cluster/objects/yaml_document.hpp"

namespace holdfast::cluster {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_files = 1000;
constexpr std::size_t most_folder_depth = 16;  // of kustomizations that list each other
constexpr std::array kustomization_names{"kustomization.yaml", "kustomization.yml", "Kustomization"};
/// What a kustomization may say besides its resources without changing any object.
constexpr std::array<std::string_view, 4> harmless_fields{"apiVersion", "kind", "metadata", "resources"};

bool is_kustomization(fs::path const& path) {
  return std::ranges::find(kustomization_names, path.filename().string()) != kustomization_names.end();
}

bool is_manifest(fs::path const& path) {
  auto const extension = path.extension();
  return (extension == ".yaml" || extension == ".yml" || extension == ".json") && !is_kustomization(path);
}

class file_collector {
 public:
  void path(fs::path const& path) {
    std::error_code failure;
    if (fs::is_directory(path, failure)) {
      folder(path);
    } else if (is_kustomization(path)) {
      kustomization(path);
    } else {
      file(path);
    }
  }

  manifest_files take() { return std::move(found_); }

 private:
  void report(std::string file, std::uint32_t line, std::string field, std::string value, std::string problem,
              std::string fix) {
    found_.problems.push_back(
        {std::move(file), line, std::move(field), std::move(value), std::move(problem), std::move(fix)});
  }

  std::optional<std::string> text_in(fs::path const& path) {
    std::error_code failure;
    auto const status = fs::status(path, failure);
    if (!fs::exists(status)) {
      report(path.string(), 0, {}, {}, "there is no such file", "Give the path of a manifest or a folder of them.");
      return std::nullopt;
    }
    // A pipe or a device might never end.
    if (!fs::is_regular_file(status)) {
      report(path.string(), 0, {}, {}, "this is neither a file nor a folder", "Give the path of a manifest.");
      return std::nullopt;
    }
    std::ifstream in{path, std::ios::binary};
    std::string text(yaml_limits{}.bytes + 1, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(std::max<std::streamsize>(in.gcount(), 0)));
    text.shrink_to_fit();
    if (!in.bad() && (in.eof() || !text.empty())) return text;
    report(path.string(), 0, {}, {}, "the file cannot be read", "Check its permissions.");
    return std::nullopt;
  }

  void file(fs::path const& path) {
    std::error_code failure;
    auto identity = fs::weakly_canonical(path, failure);
    if (failure) identity = path;
    if (!seen_.insert(identity).second) return;
    if (found_.sources.size() >= most_files) {
      report(path.string(), 0, {}, {}, "there are more than 1000 files", "Give fewer of them.");
      return;
    }
    if (auto text = text_in(path)) found_.sources.push_back({path.string(), *std::move(text)});
  }

  void folder(fs::path const& path) {
    for (auto const* const name : kustomization_names) {
      std::error_code failure;
      if (fs::exists(path / name, failure)) return kustomization(path / name);
    }
    std::error_code failure;
    std::vector<fs::path> files;
    for (fs::directory_iterator at{path, failure}, end; !failure && at != end; at.increment(failure)) {
      if (is_manifest(at->path())) files.push_back(at->path());
    }
    if (failure) report(path.string(), 0, {}, {}, "the folder cannot be read", "Check its permissions.");
    if (!failure && files.empty()) {
      report(path.string(), 0, {}, {}, "there is no manifest in the folder", "Manifests end in .yaml, .yml or .json.");
    }
    std::ranges::sort(files);
    for (auto const& each : files) file(each);
  }

  void kustomization(fs::path const& path) {
    std::error_code failure;
    if (!seen_.insert(fs::weakly_canonical(path, failure)).second) return;
    if (depth_ >= most_folder_depth) {
      return report(path.string(), 0, {}, {}, "kustomizations list each other too deeply", "List the files directly.");
    }
    auto const text = text_in(path);
    if (!text) return;
    auto const read = read_yaml(*text, path.string());
    found_.problems.insert(found_.problems.end(), read.problems.begin(), read.problems.end());
    ++depth_;
    for (auto const& document : read.documents) resources(path, document);
    --depth_;
  }

  void resources(fs::path const& path, yaml_document const& document) {
    for (auto const& name : document.lines.names) {
      if (std::ranges::find(harmless_fields, name) != harmless_fields.end()) continue;
      report(path.string(), line_of(document.lines, name), name, {}, "is not carried out by the local cluster",
             "Build the manifests with \"kubectl kustomize\" and use the result.");
    }
    auto const& list = member(document.value, "resources");
    for (std::size_t i = 0; list.is_array() && i < list.size(); ++i) {
      auto const* const entry = list[i].get_ptr<std::string const*>();
      auto const field = element_path("resources", i);
      if (entry == nullptr || entry->empty() || entry->find("://") != std::string::npos) {
        report(path.string(), line_of(document.lines, field), field, shown(list[i]), "must be a file or folder",
               "Copy what it refers to.");
      } else {
        this->path(path.parent_path() / *entry);
      }
    }
  }

  manifest_files found_;
  std::set<fs::path> seen_;
  std::size_t depth_ = 0;
};

}  // namespace

manifest_files load_manifest_files(std::span<fs::path const> paths) {
  file_collector collector;
  for (auto const& path : paths) collector.path(path);
  return collector.take();
}

}  // namespace holdfast::cluster
