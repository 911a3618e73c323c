#include "kit/client/idempotency.hpp"

#include <stdexcept>
#include <utility>

namespace holdfast::kit {
namespace {

constexpr std::int64_t applied_state = 0;
constexpr std::int64_t void_state = 1;

enum answer_column : std::size_t { answer_key, answer_state, answer_status, answer_body, answer_undo };
enum intent_column : std::size_t { intent_key, intent_target, intent_service, intent_expires };

std::int64_t number_of(value const& from) {
  auto const* const number = std::get_if<std::int64_t>(&from);
  return number != nullptr ? *number : 0;
}

std::string text_of(value const& from) {
  auto const* const text = std::get_if<std::string>(&from);
  return text != nullptr ? *text : std::string{};
}

value text(std::string_view from) { return std::string{from}; }

std::optional<stored_row> row_of(reader& in, table from, std::string_view key) {
  auto found = in.find(from, "callKey", text(key), 1);
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

applied_call applied_of(row const& values) {
  return {.status = static_cast<unsigned>(number_of(values.at(answer_status))),
          .body = text_of(values.at(answer_body)),
          .undo = text_of(values.at(answer_undo))};
}

void add_answer(transaction& in, table answers, row const& values, std::int64_t keep) {
  auto const id = in.insert(answers, values);
  if (!id) throw std::logic_error{"an idempotency key was remembered twice"};
  if (*id <= keep) return;
  // Two for one, so that gaps in the ids do not add up.
  for (auto const& oldest : in.list(answers, 0, 2, {})) {
    if (oldest.id <= *id - keep) in.erase(answers, oldest.id);
  }
}

}  // namespace

std::vector<table_schema> call_table_schemas() {
  constexpr auto text_column = column_type::text;
  constexpr auto integer = column_type::integer;
  return {
      {.name = "call_answers",
       .columns = {{"callKey", text_column},
                   {"state", integer},
                   {"status", integer},
                   {"body", text_column},
                   {"undo", text_column}},
       .indexed = {},
       .unique = {"callKey"}},
      {.name = "call_intents",
       .columns =
           {{"callKey", text_column}, {"abortTarget", text_column}, {"service", text_column}, {"expiresMs", integer}},
       .indexed = {},
       .unique = {"callKey"}},
      {.name = "call_aborts",
       .columns = {{"callKey", text_column},
                   {"abortTarget", text_column},
                   {"service", text_column},
                   {"attempts", integer},
                   {"nextTryMs", integer}},
       .indexed = {},
       .unique = {"callKey"}},
  };
}

call_tables call_tables_after(std::size_t first) {
  return {.answers = first, .intents = first + 1, .commands = first + 2};
}

key_state look_up_key(reader& in, call_tables const& tables, std::string_view key) {
  using kind = key_state::kind;
  auto const found = row_of(in, tables.answers, key);
  if (!found) return {};
  if (number_of(found->values.at(answer_state)) == void_state) return {.is = kind::voided, .answer = {}};
  return {.is = kind::applied, .answer = applied_of(found->values)};
}

void remember_key(transaction& in, call_tables const& tables, std::string_view key, applied_call const& answer,
                  std::int64_t keep) {
  add_answer(in, tables.answers,
             {text(key), applied_state, static_cast<std::int64_t>(answer.status), answer.body, answer.undo}, keep);
}

std::optional<applied_call> abort_key(transaction& in, call_tables const& tables, std::string_view key,
                                      std::int64_t keep) {
  row const voided{text(key), void_state, std::int64_t{0}, std::string{}, std::string{}};
  auto const found = row_of(in, tables.answers, key);
  if (!found) {
    add_answer(in, tables.answers, voided, keep);
    return std::nullopt;
  }
  if (number_of(found->values.at(answer_state)) == void_state) return std::nullopt;
  in.replace(tables.answers, found->id, voided);
  return applied_of(found->values);
}

void begin_intent(transaction& in, call_tables const& tables, intent const& of) {
  (void)in.insert(tables.intents, {of.key, of.abort_target, of.service, of.expires_ms});
}

bool settle_intent(transaction& in, call_tables const& tables, std::string_view key) {
  auto const found = row_of(in, tables.intents, key);
  return found && in.erase(tables.intents, found->id);
}

void give_up_intent(transaction& in, call_tables const& tables, std::string_view key) {
  auto const found = row_of(in, tables.intents, key);
  if (!found || !in.erase(tables.intents, found->id)) return;
  auto const& of = found->values;
  (void)in.insert(tables.commands,
                  {text(key), of.at(intent_target), of.at(intent_service), std::int64_t{0}, std::int64_t{0}});
}

}  // namespace holdfast::kit
