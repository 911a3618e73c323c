#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "cluster/objects/json.hpp"
#include "cluster/objects/resource_kind.hpp"
#include "cluster/objects/source_lines.hpp"
#include "core/diagnostic.hpp"

namespace holdfast::cluster {

struct source_text {
  std::string name;  ///< for messages
  std::string text;
};

/// One object as its author wrote it, in the version that the cluster stores.
struct manifest {
  resource_kind const* kind = nullptr;
  json object;
  source_lines lines;  ///< of each of its fields
  std::string file;
};

struct manifest_set {
  std::vector<manifest> objects;  ///< in the order in which they are written
  diagnostics notes;              ///< what is accepted and has no effect here, once for each field of a kind
};

/// Reads and checks manifests: YAML or JSON, several documents in a file, Lists unrolled, other served versions
/// converted. Every object passes the checks that the API would make, its defaults filled in for them; the objects
/// given back are without defaults.
/// @error  every problem of every document of every file, with file, line, field, value and fix; also an object that is
///         there twice.
result<manifest_set, diagnostics> check_manifests(std::span<source_text const> sources);

/// The same for files and folders. Of a folder every .yaml, .yml and .json in it, in the order of their names; or,
/// where it has a kustomization.yaml, what that lists under "resources" (its other instructions are refused).
/// @error  also files that cannot be read.
result<manifest_set, diagnostics> read_manifests(std::span<std::filesystem::path const> paths);

}  // namespace holdfast::cluster
