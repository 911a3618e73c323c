#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "cluster/objects/json.hpp"
#include "cluster/objects/source_lines.hpp"
#include "core/diagnostic.hpp"

namespace holdfast::cluster {

/// What a file may cost at most, whatever it says. Kubernetes stores no object above about 1.5 MB.
struct yaml_limits {
  std::size_t bytes = 8 * 1024 * 1024;
  std::size_t nodes = 200'000;                      ///< also those that anchors and aliases repeat
  std::size_t expanded_bytes = 32UL * 1024 * 1024;  ///< of texts, with the same
  std::size_t depth = 64;
};

struct yaml_document {
  json value;
  source_lines lines;
};

struct yaml_file {
  std::vector<yaml_document> documents;  ///< without the empty ones
  diagnostics problems;                  ///< when there are any, documents may be missing or incomplete
};

/// Reads the YAML (or JSON) documents of a text: anchors, aliases and merge keys resolved, scalars as Kubernetes reads
/// them, keys as texts. Repeated keys are problems. Takes any text; never throws for one.
/// @param file  for the problems.
yaml_file read_yaml(std::string_view text, std::string_view file, yaml_limits const& limits = {});

}  // namespace holdfast::cluster
