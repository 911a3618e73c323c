#pragma once

#include <cstdint>
#include <vector>

#include "net/origin.hpp"

namespace holdfast::load {

/// The origins that a shard's requests go to, numbered. Scripts may add to it during the run (redirects to other
/// hosts). One object a shard; used by its thread only.
class origin_table {
 public:
  /// The number of `to`; the same for equal origins.
  std::uint32_t intern(net::origin const& to) {
    for (std::uint32_t i = 0; i < origins_.size(); ++i) {
      if (origins_[i] == to) return i;
    }
    origins_.push_back(to);
    return static_cast<std::uint32_t>(origins_.size() - 1);
  }
  net::origin const& operator[](std::uint32_t index) const { return origins_[index]; }
  std::uint32_t size() const { return static_cast<std::uint32_t>(origins_.size()); }

 private:
  std::vector<net::origin> origins_;
};

}  // namespace holdfast::load
