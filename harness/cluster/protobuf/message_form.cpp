#include "cluster/protobuf/message_form.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>

#include "cluster/protobuf/wire_tables.hpp"

namespace holdfast::cluster {
namespace {

using form_map = std::map<std::string_view, message_form>;

/// The decoder keeps the numbers that it has seen in one word.
constexpr std::uint32_t most_number_in_tables = 63;

struct named_meaning {
  std::string_view word;
  wire_meaning meaning = wire_meaning::text;
  std::string_view written_as;  ///< the message, if it is one
};

constexpr std::array<named_meaning, 10> meanings{{{"text", wire_meaning::text, {}},
                                                  {"int32", wire_meaning::int32, {}},
                                                  {"int64", wire_meaning::int64, {}},
                                                  {"bool", wire_meaning::boolean, {}},
                                                  {"bytes", wire_meaning::bytes, {}},
                                                  {"quantity", wire_meaning::quantity, "Quantity"},
                                                  {"int|text", wire_meaning::int_or_text, "IntOrText"},
                                                  {"time", wire_meaning::time, "Time"},
                                                  {"json", wire_meaning::json, "JsonText"},
                                                  {"opaque", wire_meaning::opaque, {}}}};

[[noreturn]] void refuse(std::string_view line, std::string_view why) {
  throw std::logic_error("wire table: " + std::string{why} + ": " + std::string{line});
}

std::vector<std::string_view> parts_of(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    auto const end = std::min(text.find(at), text.size());
    if (end != 0) parts.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

void set_type(message_field& field, std::string_view word, form_map const& forms) {
  if (word.starts_with("[]")) field.shape = value_shape::list;
  if (word.starts_with("{}")) field.shape = value_shape::map;
  if (field.shape != value_shape::single) word.remove_prefix(2);
  auto const* const named = std::ranges::find(meanings, word, &named_meaning::word);
  field.meaning = named == meanings.end() ? wire_meaning::message : named->meaning;
  auto const message = named == meanings.end() ? word : named->written_as;
  if (message.empty()) return;
  auto const found = forms.find(message);
  if (found == forms.end()) refuse(word, "no such type");
  field.form = &found->second;
}

message_field field_of(std::string_view line, form_map const& forms) {
  auto const words = parts_of(line, ' ');
  if (words.size() < 3 || words.size() > 4) refuse(line, "a field needs a number, a name and a type");
  message_field field{.name = words[1], .is_inline = words[1] == "-", .keeps_zero = words.size() == 4};
  auto const* const end = words[0].data() + words[0].size();
  auto const read = std::from_chars(words[0].data(), end, field.number);
  if (read.ec != std::errc{} || read.ptr != end || field.number == 0 || field.number > most_number_in_tables) {
    refuse(line, "not a number that a field can have");
  }
  if (field.keeps_zero && words[3] != "zero") refuse(line, "no such word");
  set_type(field, words[2], forms);
  return field;
}

/// The messages as they are named; their fields come later, so that each may refer to any.
form_map declared_forms() {
  form_map forms;
  for (auto const table : wire_tables()) {
    for (auto const line : parts_of(table, '\n')) {
      if (line.front() == ' ') continue;
      if (!forms.emplace(line, message_form{.name = line, .fields = {}}).second) refuse(line, "declared twice");
    }
  }
  return forms;
}

form_map read_forms() {
  auto forms = declared_forms();
  for (auto const table : wire_tables()) {
    message_form* current = nullptr;
    for (auto const line : parts_of(table, '\n')) {
      if (line.front() != ' ') {
        current = &forms.at(line);
        continue;
      }
      if (current == nullptr) refuse(line, "a field of no message");
      auto const field = field_of(line, forms);
      if (current->find(field.number) != nullptr) refuse(line, "a number twice");
      current->fields.push_back(field);
    }
  }
  return forms;
}

form_map const& all_forms() {
  static form_map const forms = read_forms();
  return forms;
}

/// Bodies whose messages are not called as the kind that is stored.
struct other_body {
  std::string_view api_version;
  std::string_view kind;
  std::string_view message;
};

constexpr std::array<other_body, 5> other_bodies{{{"autoscaling/v1", "HorizontalPodAutoscaler", "AutoscalerV1"},
                                                  {"autoscaling/v1", "Scale", "Scale"},
                                                  {"events.k8s.io/v1", "Event", "EventV1"},
                                                  {"policy/v1", "Eviction", "Eviction"},
                                                  {"policy/v1beta1", "Eviction", "Eviction"}}};

std::string_view message_name(std::string_view api_version, std::string_view kind) {
  if (kind == "DeleteOptions") return kind;  // which is of every group
  for (auto const& each : other_bodies) {
    if (each.api_version == api_version && each.kind == kind) return each.message;
  }
  return find_kind(api_version, kind) == nullptr ? std::string_view{} : kind;
}

}  // namespace

std::span<std::string_view const> wire_tables() {
  static std::array const tables{meta_wire_table(),       cluster_wire_table(),    service_wire_table(),
                                 workload_wire_table(),   autoscaler_wire_table(), pod_wire_table(),
                                 pod_status_wire_table(), container_wire_table(),  volume_wire_table()};
  return tables;
}

message_field const* message_form::find(std::uint32_t number) const {
  auto const found = std::ranges::find(fields, number, &message_field::number);
  return found == fields.end() ? nullptr : &*found;
}

message_form const* find_message_form(std::string_view api_version, std::string_view kind) {
  auto const found = all_forms().find(message_name(api_version, kind));
  return found == all_forms().end() ? nullptr : &found->second;
}

message_form const& type_meta_form() { return all_forms().at("TypeMeta"); }

}  // namespace holdfast::cluster
