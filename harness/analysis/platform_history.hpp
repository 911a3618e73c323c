#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/pod_life.hpp"
#include "core/clock.hpp"
#include "core/timeline_event.hpp"

namespace holdfast::analysis {

/// A connection through a Service that did not end well.
struct broken_connection {
  std::string service;
  std::string how;  ///< "reset by pod", "refused", "no endpoint", ...
  std::string pod;  ///< empty when there was none
  std::uint16_t client_port = 0;
  nanoseconds start{}, end{};
  std::string fault;  ///< that ended it
};

/// A fault while it acted. Its beginning is when it was switched, as far as that is known.
struct fault_span {
  std::string name, service, kind;
  nanoseconds from{};
  std::optional<nanoseconds> to;  ///< none: until the end
};

/// A breaker of one pod from its opening until it closed; half-open belongs to it, as it refuses then, too.
struct open_breaker {
  std::string name;  ///< caller/callee
  std::string pod;
  nanoseconds from{};
  std::optional<nanoseconds> to;
};

/// The pods that a Service had, from a time on until its next change.
struct endpoint_set {
  nanoseconds at{};
  std::set<std::string> ready, not_ready, terminating;
};

struct named_time {
  nanoseconds at{};
  std::string name;
};

/// What the platform did during an arm, arranged for questions. Built once, then only read.
class platform_history {
 public:
  explicit platform_history(std::span<timeline_event const> events);

  std::map<std::string, pod_life> const& pods() const { return pods_; }
  /// Null for a name that is not known.
  pod_life const* pod(std::string const& name) const;
  std::map<std::string, std::vector<endpoint_set>> const& endpoints() const { return endpoints_; }
  /// Every Service that the pod was ever an endpoint of.
  std::set<std::string> const& services_of(std::string const& pod) const;
  /// Since when the Service had no endpoint that takes connections, if so at any time of [from, to]; none when it had
  /// one throughout, or nothing is known of it.
  std::optional<nanoseconds> without_endpoint_in(std::string const& service, nanoseconds from, nanoseconds to) const;
  /// Whether the pod was an endpoint of the Service then, ready or terminating.
  bool is_endpoint(std::string const& service, std::string const& pod, nanoseconds at) const;
  /// By the time of their ends.
  std::span<broken_connection const> connections() const { return connections_; }
  std::vector<fault_span> const& faults() const { return faults_; }
  std::vector<open_breaker> const& breakers() const { return breakers_; }
  /// The last action of the profile that had begun by then; empty when there was none.
  std::string_view last_action(nanoseconds at) const;

 private:
  void add(timeline_event const& event);
  void add_endpoints(timeline_event const& event);
  void add_connection(timeline_event const& event);
  void add_fault(timeline_event const& event);
  void add_breaker(timeline_event const& event);

  std::map<std::string, pod_life> pods_;
  std::map<std::string, std::vector<endpoint_set>> endpoints_;
  std::map<std::string, std::set<std::string>> services_of_;
  std::vector<broken_connection> connections_;
  std::vector<fault_span> faults_;
  std::vector<open_breaker> breakers_;
  std::vector<named_time> actions_;
};

}  // namespace holdfast::analysis
