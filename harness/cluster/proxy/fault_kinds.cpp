#include "cluster/proxy/fault_kinds.hpp"

#include <algorithm>
#include <array>

namespace holdfast::cluster {

std::span<fault_kind const> fault_kinds() {
  static std::array const kinds{
      bandwidth_fault_kind(),   //
      blackhole_fault_kind(),   //
      latency_fault_kind(),     //
      refuse_fault_kind(),      //
      reset_fault_kind(),       //
      slicer_fault_kind(),      //
      slow_close_fault_kind(),  //
      truncation_fault_kind(),  //
  };
  return kinds;
}

fault_kind const* find_fault_kind(std::string_view name) {
  auto const kinds = fault_kinds();
  auto const found = std::ranges::find(kinds, name, &fault_kind::name);
  return found == kinds.end() ? nullptr : &*found;
}

}  // namespace holdfast::cluster
