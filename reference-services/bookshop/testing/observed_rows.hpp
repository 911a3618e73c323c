#pragma once

#include <optional>

#include "bookshop/invariants/invariants.hpp"
#include "bookshop/testing/bookshop_system.hpp"

namespace holdfast::bookshop {

/// What the services say of their machinery. A service that does not answer has a lag of -1.
std::vector<machinery_row> observed_machinery(bookshop_system const& of);

/// Waits until nothing is under way any more: no lag, outboxes and aborts empty, no call without an outcome.
/// @return  false when that does not come within 20 seconds
bool becomes_quiescent(bookshop_system const& of);

/// Waits until no delivery is under way: that of an order is no event and no call.
/// @return  false when that does not come within ten seconds
bool everything_arrives(bookshop_system const& of);

/// All rows of all services and of the event log.
system_rows observed_rows(bookshop_system const& of);

/// What is violated once the system is quiescent.
std::vector<violation> violations_of(bookshop_system const& of);

}  // namespace holdfast::bookshop
