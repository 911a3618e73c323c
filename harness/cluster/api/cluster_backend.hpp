#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cluster/control/quantity.hpp"
#include "cluster/objects/api_error.hpp"
#include "cluster/objects/object_meta.hpp"
#include "core/clock.hpp"
#include "net/http_server.hpp"

namespace holdfast::cluster {

/// What "kubectl logs" asks for.
struct log_request {
  object_key pod;
  std::string container{};  ///< empty: the pod's only one
  bool follow = false;
  bool previous = false;  ///< of the instance before the present one
  bool timestamps = false;
  std::optional<std::int64_t> tail_lines{};
  std::optional<std::int64_t> limit_bytes{};
  std::optional<wall_time> since{};
};

/// What one container used.
struct container_usage {
  object_key pod;
  std::string container;
  quantity cpu;     ///< cores, the mean over the window
  quantity memory;  ///< bytes
  wall_time at;     ///< end of the window
  nanoseconds window;
};

/// What the API server tells of pods that no object holds.
class cluster_backend {
 public:
  virtual ~cluster_backend() = default;
  /// @error  400 for an unknown container, where its name is needed, or where there is nothing yet.
  virtual api_result<std::unique_ptr<net::http_stream>> logs(log_request const& of) = 0;
  virtual std::vector<container_usage> usage() const = 0;
};

}  // namespace holdfast::cluster
