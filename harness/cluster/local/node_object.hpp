#pragma once

#include <cstdint>
#include <string>

#include "cluster/store/object_store.hpp"
#include "core/clock.hpp"

namespace holdfast::cluster {

/// What a Node object tells of the machine.
struct machine_facts {
  std::string host_name{};
  std::int64_t processors = 1;  ///< that this process may use
  std::uint64_t memory_bytes = 0;
  std::string architecture{};  ///< in Kubernetes' words: "amd64", "arm64"
  std::string kernel{};        ///< "6.1.0-13-amd64"
  std::string system{};        ///< "Debian GNU/Linux 12 (bookworm)"
  std::string machine_id{};
  std::string boot_id{};
};

/// What cannot be read stays empty.
machine_facts facts_of_this_machine();

struct node_terms {
  std::string name = "local";
  std::string address = "127.0.0.1";
  std::int64_t pods = 60'960;  ///< as many as a run has addresses for them
};

/// The one Node of a local cluster: all of the machine can be allocated, and it is ready.
json node_object(machine_facts const& machine, node_terms const& terms, wall_time now);

/// Puts it into the store, with its status.
api_result<object_ptr> put_node(object_store& store, json const& node);

}  // namespace holdfast::cluster
