#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kit/documents/store.hpp"
#include "kit/events/consumer.hpp"
#include "kit/events/outbox.hpp"

namespace holdfast::kit {

/// Ids of this many latest offsets of each partition are remembered. Redelivery by the log is kept away by the offset
/// alone; the inbox is there for records that a relay appended twice, because it died (or its store failed) between
/// append and deletion. Its successor starts with exactly these, within about a second: 32,768 offsets a partition are
/// several seconds of more than any system here can publish, and bound the table at some 20 MB with four partitions.
constexpr std::int64_t remembered_offsets = 32'768;

/// The row in which a group's next offset of a partition stands.
struct offset_place {
  std::int64_t id = 0;
  std::int64_t next = 0;
};

/// Offsets belong to one log: one made anew in its place is read from its beginning.
std::string offset_place_name(std::string_view log_identity, std::string_view topic, std::string_view group,
                              std::uint32_t partition);
std::optional<offset_place> find_offset_place(reader& in, table offsets, std::string const& name);
offset_place find_or_make_offset_place(transaction& in, table offsets, std::string const& name);

/// A record with what could be read of it.
struct received_record {
  event_record const* record = nullptr;
  std::optional<event> read;
  std::string problem;  ///< why it could not be read
};

using event_handlers = std::map<std::string, event_handler, std::less<>>;

struct application_rules {
  event_tables tables;
  event_handlers const* handlers = nullptr;
  bool remember_events = true;
};

/// A handler threw.
class handler_failure : public std::exception {
 public:
  handler_failure(std::size_t index, std::string what) : index_{index}, what_{std::move(what)} {}
  std::size_t index() const { return index_; }  ///< of the record among those that were applied together
  char const* what() const noexcept override { return what_.c_str(); }

 private:
  std::size_t index_;
  std::string what_;
};

/// Applies consecutive records, the first of which has the offset `from.next`, and moves the offset behind them.
/// @return  indices of the records whose handler ran; nothing (and nothing done) when the offset is not `from.next` any
///          more: somebody else reads the partition now
/// @throws handler_failure
std::optional<std::vector<std::size_t>> apply_records(transaction& in, application_rules const& rules,
                                                      offset_place const& from,
                                                      std::span<received_record const> records);

/// Moves the offset alone. False when it is not `from.next` any more.
bool move_offset(transaction& in, table offsets, offset_place const& from, std::int64_t to);

}  // namespace holdfast::kit
