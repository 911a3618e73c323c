#pragma once

#include <filesystem>
#include <span>
#include <vector>

#include "cluster/objects/manifest_reader.hpp"
#include "core/diagnostic.hpp"

namespace holdfast::cluster {

struct manifest_files {
  std::vector<source_text> sources;
  diagnostics problems;  ///< files that cannot be read, kustomizations that ask for more than a list of files
};

/// The texts behind files and folders, each file once; see read_manifests(). Reads regular files only, at most 1000 of
/// them and 8 MiB of each.
manifest_files load_manifest_files(std::span<std::filesystem::path const> paths);

}  // namespace holdfast::cluster
