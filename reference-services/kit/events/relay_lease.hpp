#pragma once

#include <string>
#include <string_view>

#include "core/clock.hpp"
#include "kit/documents/store.hpp"

namespace holdfast::kit {

/// A right that one replica of a service has at a time, kept in the service's store.
class relay_lease {
 public:
  /// @param holder  different for every process, also for those that share an instance's name
  relay_lease(table leases, std::string holder) : leases_{leases}, holder_{std::move(holder)} {}

  /// Takes or renews it until `now + lasts`. False when another holds it.
  bool hold(transaction& in, time_point now, nanoseconds lasts) const;
  void give_back(transaction& in) const;
  /// True when hold() would succeed.
  bool is_free(reader& in, time_point now) const;

 private:
  bool may_take(row const& held, time_point now) const;

  table leases_;
  std::string holder_;
};

}  // namespace holdfast::kit
