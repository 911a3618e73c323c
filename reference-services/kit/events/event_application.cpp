#include "kit/events/event_application.hpp"

#include <array>

#include <fmt/format.h>

namespace holdfast::kit {
namespace {

std::optional<offset_place> place_of(std::vector<stored_row> const& found) {
  if (found.empty()) return std::nullopt;
  auto const* const next = std::get_if<std::int64_t>(&found.front().values[1]);
  return offset_place{found.front().id, next != nullptr ? *next : 0};
}

/// False when the event is known already. Each slot of a partition is used again after `remembered_offsets` records.
bool remember(transaction& in, table inbox, offset_place const& place, event const& read) {
  if (!in.find(inbox, "eventId", value{read.id}, 1).empty()) return false;
  value const slot{place.id * remembered_offsets + read.record->offset % remembered_offsets};
  row const remembered{read.id, slot};
  auto const old = in.find(inbox, "slot", slot, 1);
  if (old.empty()) return in.insert(inbox, remembered).has_value();
  return in.replace(inbox, old.front().id, remembered);
}

void put_aside(transaction& in, table dead_letters, received_record const& unread) {
  auto const& record = *unread.record;
  in.insert(dead_letters,
            {record.topic, std::int64_t{record.partition}, record.offset, record.key, record.value, unread.problem});
}

/// True when a handler ran.
bool apply_one(transaction& in, application_rules const& rules, offset_place const& place,
               received_record const& received) {
  if (!received.read) {
    put_aside(in, rules.tables.dead_letters, received);
    return false;
  }
  auto const handler = rules.handlers->find(received.read->type);
  if (handler == rules.handlers->end()) return false;
  if (rules.remember_events && !remember(in, rules.tables.inbox, place, *received.read)) return false;
  handler->second(in, *received.read);
  return true;
}

}  // namespace

std::string offset_place_name(std::string_view log_identity, std::string_view topic, std::string_view group,
                              std::uint32_t partition) {
  return fmt::format("{}/{}/{}/{}", topic, group, partition, log_identity);
}

std::optional<offset_place> find_offset_place(reader& in, table offsets, std::string const& name) {
  return place_of(in.find(offsets, "place", value{name}, 1));
}

offset_place find_or_make_offset_place(transaction& in, table offsets, std::string const& name) {
  if (auto const known = find_offset_place(in, offsets, name)) return *known;
  auto const id = in.insert(offsets, {name, std::int64_t{0}});
  if (!id) throw store_failure{"the offset row of " + name + " can be neither found nor made"};
  return {*id, 0};
}

bool move_offset(transaction& in, table offsets, offset_place const& from, std::int64_t to) {
  std::array const expected{column_value{"next", from.next}};
  std::array const moved{column_value{"next", to}};
  return in.update_if(offsets, from.id, expected, moved, {});
}

std::optional<std::vector<std::size_t>> apply_records(transaction& in, application_rules const& rules,
                                                      offset_place const& from,
                                                      std::span<received_record const> records) {
  // First of all: whoever comes second must not run a single handler.
  auto const behind = from.next + static_cast<std::int64_t>(records.size());
  if (!move_offset(in, rules.tables.offsets, from, behind)) return std::nullopt;
  std::vector<std::size_t> applied;
  for (std::size_t i = 0; i < records.size(); ++i) {
    try {
      if (apply_one(in, rules, from, records[i])) applied.push_back(i);
    } catch (store_failure const&) {
      throw;  // says nothing about the record
    } catch (std::exception const& failed) {
      throw handler_failure{i, failed.what()};
    } catch (...) {
      throw handler_failure{i, "something that is no std::exception"};
    }
  }
  return applied;
}

}  // namespace holdfast::kit
