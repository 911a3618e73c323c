#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cluster/agent/source_data.hpp"
#include "cluster/control/start_obstacle.hpp"
#include "cluster/node/payload_folder.hpp"
#include "cluster/store/object_store.hpp"

namespace holdfast::cluster {

/// A ConfigMap or Secret that files of a volume come from.
struct file_source {
  source_kind kind = source_kind::config_map;
  std::string name;
  json const* settings = nullptr;  ///< part of the volume: items, optional
};

/// Of an entry of spec.volumes; several for a projected one.
std::vector<file_source> file_sources_of(json const& volume);

/// Whether the cluster fills the volume with files: configMap, secret, downwardAPI, projected. Others are the
/// programs'.
bool is_filled(json const& volume);

/// The files that such a volume is to hold now.
/// @param address  of the pod, for the downward API
/// @error  a ConfigMap, Secret or key that is missing and not optional
result<payload, start_obstacle> files_of(json const& pod, json const& volume, std::string const& address,
                                         object_store const& store);

/// ContainerCreating, FailedMount: "MountVolume.SetUp failed for volume ...".
start_obstacle set_up_failed(std::string_view volume, std::string_view why, std::string rule);

}  // namespace holdfast::cluster
