#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cluster/proxy/fault_evidence.hpp"
#include "cluster/proxy/flow_fault.hpp"
#include "cluster/proxy/parameter_reader.hpp"
#include "core/diagnostic.hpp"
#include "core/random.hpp"
#include "core/result.hpp"

namespace holdfast::cluster {

/// Which bytes of a connection a fault is about.
enum class path_direction : std::uint8_t { to_pod, to_client, both };

/// What happens to new connections of a Service.
enum class listener_effect : std::uint8_t {
  accept,
  hang,    ///< their SYNs stay unanswered
  refuse,  ///< RST
};

/// A fault with its parameters: what all connections that suffer it share. Immutable.
class path_fault {
 public:
  virtual ~path_fault() = default;

  /// The machine for one direction of one connection. Null: bytes are not touched.
  virtual std::unique_ptr<flow_fault> start(random_engine random) const = 0;
  virtual listener_effect on_listener() const { return listener_effect::accept; }

  /// How an independent probe sees whether it acts in this direction.
  virtual probe_plan probing(path_direction direction) const = 0;
  /// Whether what the probe saw is this fault's effect.
  /// @param before  the same measurement without the fault; default-constructed when there is none
  virtual fault_judgement judge(probe_observation const& seen, probe_observation const& before) const = 0;
};

/// A kind of fault: how it is called and read. One file each; fault_kinds.cpp has the list.
struct fault_kind {
  std::string_view name;
  std::string_view meaning;  ///< one line for help texts
  path_direction usual_direction = path_direction::to_client;
  std::vector<fault_parameter> parameters;
  /// @return  null when the reader has noted problems
  std::shared_ptr<path_fault const> (*read)(parameter_reader& parameters);
};

}  // namespace holdfast::cluster
