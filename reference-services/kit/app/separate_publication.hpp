#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "kit/documents/store.hpp"
#include "kit/events/event_log.hpp"
#include "kit/events/outbox.hpp"

namespace holdfast::kit {

/// How the originals publish: after the transaction and apart from it.
struct publication_defects {
  bool rolled_back_too = false;    ///< G-02: phantom events
  bool apart_from_commit = false;  ///< G-03: a crash in between loses the event
  bool any() const { return rolled_back_too || apart_from_commit; }
};

/// `inner` with those defects: records noted in a transaction are appended to the log when it has ended.
/// @param lost  told of records that the log did not take
std::unique_ptr<store> with_publication_defects(store& inner, event_log& log, event_tables tables,
                                                publication_defects defects, std::function<void(std::string)> lost);

/// Publishes in the way of the store that the transaction belongs to.
void publish_record(transaction& in, event_tables const& tables, outgoing_record record);

}  // namespace holdfast::kit
