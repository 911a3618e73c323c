#pragma once

#include <optional>

#include "core/json_fields.hpp"
#include "load/scenario_builder.hpp"

/// The readers of a scenario's parts. Each reports what is wrong and goes on, so that all problems show at once.
namespace holdfast::load {

// scenario_reader.cpp: what the whole scenario and a step share
void read_on_failure(std::optional<json_field> const& field, after_failure& policy, scenario_builder& builder);
void read_redirects(std::optional<json_field> const& field, std::uint32_t& most, scenario_builder& builder);

// scenario_data_reader.cpp
void read_variables(json_field const& field, scenario_builder& builder);
void read_feeders(json_field const& field, scenario_builder& builder);

// scenario_think_reader.cpp
void read_think(std::optional<json_field> const& field, think_time& think, scenario_builder& builder);

// scenario_header_reader.cpp
/// Puts the headers of an object in place of those with the same names; null takes one away.
void read_headers(json_field const& field, std::vector<header_line>& headers, scenario_builder& builder);
bool has_header(std::vector<header_line> const& headers, std::string_view lower_name);
std::optional<basic_login> read_login(json_field const& field, scenario_builder& builder);

// scenario_body_reader.cpp
struct step_body {
  text_template text;
  std::string_view content_type;
};
/// The body that "json", "form", "body" or "body_file" gives; at most one of them may be there.
std::optional<step_body> read_body(json_object const& step, scenario_builder& builder);

// scenario_check_reader.cpp
answer_conditions read_conditions(json_field const& field, std::vector<json_pointer>& pointers,
                                  scenario_builder& builder);
std::optional<std::uint32_t> pointer_number(json_field const& where, std::string_view text,
                                            std::vector<json_pointer>& pointers, scenario_builder& builder);
std::optional<text_pattern> read_pattern(json_field const& field, scenario_builder& builder);

// scenario_status_reader.cpp
std::vector<status_range> read_status(json_field const& field, scenario_builder& builder);

// scenario_extract_reader.cpp
void read_extractions(json_field const& field, scenario_step& step, scenario_builder& builder);

// scenario_step_reader.cpp
std::optional<scenario_step> read_step(json_object const& object, scenario_builder& builder);
/// Whether the object has one of the keys "get", "post", ...
bool has_method(json_field const& field);
/// Whether one of its keys is nearly such a key, and none of the others: the message about it says enough.
bool misspells_method(json_field const& field);

}  // namespace holdfast::load
