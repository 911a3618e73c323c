#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "cluster/objects/object_schema.hpp"

namespace holdfast::cluster {

/// What a field's bytes mean. Those from `quantity` to `json` are messages that JSON writes as a scalar.
enum class wire_meaning { text, int32, int64, boolean, bytes, quantity, int_or_text, time, json, message, opaque };

struct message_form;

struct message_field {
  std::uint32_t number = 0;
  std::string_view name;  ///< as in JSON
  wire_meaning meaning = wire_meaning::text;
  value_shape shape = value_shape::single;
  message_form const* form = nullptr;  ///< of what is written as a message, but not of opaque ones
  bool is_inline = false;              ///< its fields are those of the message around it
  bool keeps_zero = false;             ///< a zero is not the same as an absent field
};

/// The fields of a message, by their numbers.
struct message_form {
  std::string_view name;
  std::vector<message_field> fields;

  /// Null when there is none of that number.
  message_field const* find(std::uint32_t number) const;
};

/// What the body of a request may be: the kinds of the local cluster but Node, in each version in which they are
/// served, Scale, Eviction and DeleteOptions. Null for all others. Read once from the tables, then constant: any
/// thread may use it.
message_form const* find_message_form(std::string_view api_version, std::string_view kind);

/// apiVersion and kind, as they stand around every object.
message_form const& type_meta_form();

}  // namespace holdfast::cluster
