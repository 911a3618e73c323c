#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::kit {

/// Partition of a key: FNV-1a (64 bits, Fowler, Noll, Vo) modulo `partitions`. Part of the log's format: never changes.
std::uint32_t partition_of(std::string_view key, std::uint32_t partitions);

/// Who should read each partition. Even: no member has two more than another. Stable: a partition stays with its owner
/// as far as evenness allows. The same for every process that asks with the same arguments.
/// @param members  living ones, in any order, without repetition
/// @param owners   by partition: who has it now; empty: nobody, or somebody who is not among the members
/// @return         by partition; empty names when there is no member
std::vector<std::string> assign_partitions(std::span<std::string const> members, std::span<std::string const> owners);

/// What a member shall do about one partition.
enum class lease_step : std::uint8_t {
  keep,       ///< has it and shall have it
  take,       ///< free, and shall have it
  give_back,  ///< has it, another shall have it
  leave_be,   ///< another's, or somebody else shall take it
};

/// A partition passes over by being given back or by the end of its lease, never by being taken away.
lease_step step_for(std::string_view me, std::string_view owner, std::string_view wanted);

}  // namespace holdfast::kit
