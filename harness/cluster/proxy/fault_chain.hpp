#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "cluster/proxy/flow_fault.hpp"
#include "core/clock.hpp"

namespace holdfast::cluster {

/// Of a fault that is switched on; unique in its proxy.
enum class fault_id : std::uint64_t {};

/// The faults on one direction of one connection, one behind the other in the order in which they were switched on:
/// what one forwards comes to the next. Pure like its parts. Call advance() after every change and at advance().next.
class fault_chain {
 public:
  struct progress {
    std::uint64_t forward = 0;           ///< bytes that may leave now
    std::optional<flow_end> end{};       ///< behind these: told once
    std::optional<fault_id> ended_by{};  ///< the fault that made the end; nothing: the sender did
    std::optional<time_point> next{};
  };

  bool is_empty() const { return stages_.empty(); }
  bool has(fault_id id) const;
  void add(fault_id id, std::unique_ptr<flow_fault> fault);  ///< at the end; sees what comes from now on
  void remove(fault_id id, time_point now);                  ///< what it held comes to the next at once

  void on_bytes(std::uint64_t count, time_point now);
  void on_end(time_point now);
  progress advance(time_point now);

  /// A fault has ended the stream: nothing that comes from now on goes on.
  bool is_cut() const { return ended_by_.has_value(); }

 private:
  struct stage {
    fault_id id;
    std::unique_ptr<flow_fault> fault;
    std::uint64_t held = 0;
    bool input_ended = false;
    bool has_ended = false;
  };
  void give_bytes(std::size_t to, std::uint64_t count, time_point now);
  void give_end(std::size_t to, time_point now);
  void cut(std::size_t at, flow_end how);

  std::vector<stage> stages_;
  std::uint64_t released_ = 0;  // left the last stage, not yet told
  std::optional<flow_end> released_end_;
  flow_end end_ = flow_end::finish;  // how the end that travels down the chain looks
  std::optional<fault_id> ended_by_;
};

}  // namespace holdfast::cluster
