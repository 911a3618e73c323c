#include <string>
#include <utility>

#include "kit/events/outbox.hpp"

namespace holdfast::kit {
namespace {

column text(std::string name) { return {std::move(name), column_type::text}; }
column integer(std::string name) { return {std::move(name), column_type::integer}; }

}  // namespace

std::vector<table_schema> event_table_schemas() {
  return {
      {.name = "event_outbox", .columns = {text("topic"), text("key"), text("value")}, .indexed = {}, .unique = {}},
      {.name = "event_inbox",
       .columns = {text("eventId"), integer("slot")},
       .indexed = {},
       .unique = {"eventId", "slot"}},
      {.name = "event_offsets", .columns = {text("place"), integer("next")}, .indexed = {}, .unique = {"place"}},
      {.name = "event_dead_letters",
       .columns = {text("topic"), integer("partition"), integer("offset"), text("key"), text("value"), text("reason")},
       .indexed = {},
       .unique = {}},
      {.name = "event_leases",
       .columns = {text("name"), text("holder"), text("boot"), integer("endsNs")},
       .indexed = {},
       .unique = {"name"}},
  };
}

event_tables event_tables_after(std::size_t first) {
  return {.outbox = first, .inbox = first + 1, .offsets = first + 2, .dead_letters = first + 3, .leases = first + 4};
}

bool has_had_log(reader& in, event_tables const& tables) { return in.count(tables.offsets) > 0; }

void note_log(transaction& in, event_tables const& tables) {
  constexpr auto mark = "log";  // no place of a consumer is named so
  if (in.find(tables.offsets, "place", value{std::string{mark}}, 1).empty()) {
    in.insert(tables.offsets, {std::string{mark}, std::int64_t{0}});
  }
}

void put_into_outbox(transaction& in, event_tables const& tables, outgoing_record record) {
  in.insert(tables.outbox, {std::move(record.topic), std::move(record.key), std::move(record.value)});
}

}  // namespace holdfast::kit
