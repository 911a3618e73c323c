#pragma once

#include <cstddef>
#include <string_view>

#include "cluster/objects/api_error.hpp"
#include "cluster/objects/json.hpp"
#include "cluster/protobuf/message_form.hpp"

namespace holdfast::cluster {

/// How deep messages may stand in each other: what reads them does so recursively.
inline constexpr std::size_t most_message_depth = 32;

/// A protobuf message as the JSON that stands for it. Nothing is passed over: fields of unknown numbers, fields and
/// keys that occur twice, and values of another type are refused.
/// @error  400 with the field's path.
api_result<json> decode_message(message_form const& form, std::string_view bytes);

}  // namespace holdfast::cluster
