#pragma once

#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

#include "cluster/control/explanation.hpp"
#include "cluster/controllers/cluster_clock.hpp"
#include "cluster/store/object_store.hpp"

namespace holdfast::cluster {

/// Writes what controllers decided as v1 Events into the store. An Event that says again what one said before becomes
/// its count and its lastTimestamp, as in Kubernetes. At most so many are kept: the one that happened longest ago
/// leaves first (a real cluster forgets after an hour). Events about what is in a namespace that is being emptied are
/// dropped: the store takes nothing new there.
class event_recorder {
 public:
  event_recorder(object_store& store, cluster_clock const& clock, std::size_t most = 2000)
      : store_{store}, clock_{clock}, most_{most} {}

  /// @param about      the object that the event is about, as it is in the store or was at last
  /// @param component  "deployment-controller"
  void record(resource_kind const& kind, json const& about, std::string_view component, control_event const& event,
              time_point now);

 private:
  struct known_event {
    object_key key;
    std::string says;  // what makes two events the same
  };
  using known_events = std::list<known_event>;  // the one that happened longest ago first

  bool repeat(known_events::iterator known, time_point now);
  void forget_surplus();

  object_store& store_;
  cluster_clock const& clock_;
  std::size_t most_;
  std::uint64_t made_ = 0;
  known_events events_;
  std::unordered_map<std::string, known_events::iterator> by_saying_;
};

}  // namespace holdfast::cluster
