#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cluster/node/image_map.hpp"
#include "cluster/objects/manifest_reader.hpp"
#include "core/diagnostic.hpp"

namespace holdfast::cli {

/// What was typed.
struct up_texts {
  std::vector<std::string> paths;
  std::optional<std::string> kubeconfig;
  std::optional<std::string> images;
  std::optional<std::string> data;
  std::optional<std::string> time_scale;
  std::optional<std::string> api_port;
  std::optional<std::string> connections;
  std::optional<std::string> seed;
  bool quiet = false;
};

struct up_options {
  cluster::manifest_set manifests;
  cluster::image_map images;
  std::filesystem::path kubeconfig;   ///< empty: none
  std::filesystem::path data;         ///< empty: claims go with the run
  std::filesystem::path connections;  ///< empty: none
  double time_scale = 1;
  std::uint16_t api_port = 0;
  std::uint64_t seed = 1;
  bool quiet = false;
};

/// Reads options, image map and manifests.
/// @param program_folder  where this program is: the reference services built with it are the usual images
/// @error  everything that is wrong with any of them
result<up_options, diagnostics> read_up_options(up_texts const& texts, std::string_view program_folder);

}  // namespace holdfast::cli
