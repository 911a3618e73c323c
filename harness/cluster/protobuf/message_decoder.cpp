#include "cluster/protobuf/message_decoder.hpp"

#include <chrono>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "cluster/objects/bounded_json.hpp"
#include "cluster/objects/object_meta.hpp"
#include "cluster/objects/utf8.hpp"
#include "cluster/protobuf/wire_reader.hpp"
#include "core/base64.hpp"

namespace holdfast::cluster {
namespace {

/// What fits wall_time, in nanoseconds since 1970: the years 1678 to 2261.
constexpr std::int64_t most_seconds = 9'200'000'000;
constexpr std::int64_t nanoseconds_of_second = 1'000'000'000;

bool is_number(wire_meaning meaning) {
  return meaning == wire_meaning::int32 || meaning == wire_meaning::int64 || meaning == wire_meaning::boolean;
}

bool is_zero(json const& value) { return value == json(0) || value == json("") || value == json(false); }

/// Walks a message and its form together. The path of where it is grows and shrinks with the walk; what fails sets the
/// problem and gives false.
class message_walk {
 public:
  bool message(message_form const& form, std::string_view bytes, json& into) {
    if (depth_ == most_message_depth) return fail(fmt::format("messages are nested deeper than {}", depth_));
    ++depth_;
    std::uint64_t seen = 0;
    wire_reader reader{bytes};
    while (!reader.is_at_end()) {
      auto const read = reader.next();
      if (!read) return fail(reader.problem());
      auto const* const known = form.find(read->number);
      if (known == nullptr)
        return fail(fmt::format("{} has no field of number {} that is known here", form.name, read->number));
      auto const bit = std::uint64_t{1} << known->number;
      bool const is_again = (seen & bit) != 0;
      seen |= bit;
      if (!field(*known, *read, is_again, into)) return false;
    }
    --depth_;
    return true;
  }

  std::string take_problem() { return std::move(problem_); }

 private:
  bool fail(std::string_view why) {
    problem_ = path_.empty() ? std::string{why} : fmt::format("{}: {}", path_, why);
    return false;
  }

  bool field(message_field const& known, wire_field const& read, bool is_again, json& into) {
    auto const length = path_.size();
    if (!known.is_inline) {
      if (!path_.empty()) path_ += '.';
      path_ += known.name;
    }
    if (known.shape == value_shape::single && is_again) return fail("it is there twice");
    if (!shaped(known, read, into)) return false;
    path_.resize(length);
    return true;
  }

  bool shaped(message_field const& known, wire_field const& read, json& into) {
    if (known.is_inline) return is_of(read, wire_type::bytes) && message(*known.form, read.bytes, into);
    if (known.shape == value_shape::list) return element(known, read, into[known.name]);
    if (known.shape == value_shape::map)
      return is_of(read, wire_type::bytes) && entry(known, read.bytes, into[known.name]);
    json value;
    if (!single(known, read, value)) return false;
    if (!value.is_null() && (known.keeps_zero || !is_zero(value))) into[known.name] = std::move(value);
    return true;
  }

  /// One element of a list, or some numbers of it at once: writers may pack them.
  bool element(message_field const& known, wire_field const& read, json& list) {
    if (list.is_null()) list = json::array();
    if (is_number(known.meaning) && read.type == wire_type::bytes) return packed(known, read.bytes, list);
    auto const length = path_.size();
    path_ += fmt::format("[{}]", list.size());
    json value;
    if (!single(known, read, value)) return false;
    list.push_back(std::move(value));
    path_.resize(length);
    return true;
  }

  bool packed(message_field const& known, std::string_view bytes, json& list) {
    wire_reader reader{bytes};
    while (!reader.is_at_end()) {
      auto const read = reader.next_varint();
      if (!read) return fail(reader.problem());
      json value;
      if (!number(known.meaning, *read, value)) return false;
      list.push_back(std::move(value));
    }
    return true;
  }

  /// A map is a list of messages, of a key and a value each; what such a message leaves out is empty.
  bool entry(message_field const& known, std::string_view bytes, json& map) {
    if (map.is_null()) map = json::object();
    std::optional<wire_field> key;
    std::optional<wire_field> value;
    wire_reader reader{bytes};
    while (!reader.is_at_end()) {
      auto const read = reader.next();
      if (!read) return fail(reader.problem());
      if (read->number > 2) return fail(fmt::format("an entry has no field of number {}", read->number));
      auto& part = read->number == 1 ? key : value;
      if (part) return fail("an entry has its key or its value twice");
      part = *read;
    }
    json name;
    if (!text(key.value_or(wire_field{}), name)) return false;
    auto const length = path_.size();
    path_ += fmt::format("[{}]", name.get_ref<std::string const&>());
    json held;
    if (!single(known, value.value_or(wire_field{}), held)) return false;
    if (!map.emplace(name.get_ref<std::string const&>(), std::move(held)).second) return fail("the key is there twice");
    path_.resize(length);
    return true;
  }

  bool single(message_field const& known, wire_field const& read, json& value) {
    if (is_number(known.meaning)) return is_of(read, wire_type::varint) && number(known.meaning, read.scalar, value);
    if (known.meaning == wire_meaning::text) return text(read, value);
    if (!is_of(read, wire_type::bytes)) return false;
    if (known.meaning == wire_meaning::bytes) {
      value = base64_encode(read.bytes);
      return true;
    }
    value = json::object();
    if (known.meaning == wire_meaning::opaque) {
      // Admission refuses it for being there; what it holds does not matter to anybody.
      if (!read.bytes.empty()) value = base64_encode(read.bytes);
      return true;
    }
    if (!message(*known.form, read.bytes, value)) return false;
    return known.meaning == wire_meaning::message || simplify(known.meaning, value);
  }

  bool is_of(wire_field const& read, wire_type wanted) {
    if (read.type == wanted) return true;
    return fail(fmt::format("it is written as protobuf's type {}, not as {}", static_cast<int>(read.type),
                            static_cast<int>(wanted)));
  }

  bool text(wire_field const& read, json& value) {
    if (!is_of(read, wire_type::bytes)) return false;
    if (first_broken_utf8(read.bytes) != read.bytes.size()) return fail("the text is not UTF-8");
    value = read.bytes;
    return true;
  }

  bool number(wire_meaning meaning, std::uint64_t scalar, json& value) {
    auto const signed_scalar = static_cast<std::int64_t>(scalar);
    if (meaning == wire_meaning::boolean) {
      if (scalar > 1) return fail(fmt::format("{} is neither true nor false", scalar));
      value = scalar == 1;
      return true;
    }
    using int32 = std::numeric_limits<std::int32_t>;
    if (meaning == wire_meaning::int32 && (signed_scalar < int32::min() || signed_scalar > int32::max()))
      return fail(fmt::format("{} is over 32 bits", signed_scalar));
    value = signed_scalar;
    return true;
  }

  /// From a message of parts to the scalar that it is in JSON.
  bool simplify(wire_meaning meaning, json& value) {
    if (meaning == wire_meaning::quantity) {
      auto const& written = text_at(value, "string");
      value = written.empty() ? json("0") : json(written);
      return true;
    }
    if (meaning == wire_meaning::int_or_text) return choose(value);
    return meaning == wire_meaning::time ? stamp(value) : parse(value);
  }

  bool choose(json& value) {
    auto const type = integer_at(value, 0, "type");
    if (type != 0 && type != 1) return fail(fmt::format("{} is neither a number's type (0) nor a text's (1)", type));
    value = type == 0 ? json(integer_at(value, 0, "intVal")) : json(text_at(value, "strVal"));
    return true;
  }

  /// No time at all is null.
  bool stamp(json& value) {
    auto const seconds = integer_at(value, 0, "seconds");
    auto const rest = integer_at(value, 0, "nanos");
    if (seconds < -most_seconds || seconds > most_seconds || rest < 0 || rest >= nanoseconds_of_second)
      return fail(fmt::format("{} s and {} ns since 1970 are no time that is known here", seconds, rest));
    if (seconds == 0 && rest == 0) {
      value = nullptr;
      return true;
    }
    auto const since = std::chrono::seconds{seconds} + std::chrono::nanoseconds{rest};
    value = stamp_of(wall_time{std::chrono::duration_cast<wall_time::duration>(since)});
    return true;
  }

  bool parse(json& value) {
    auto parsed = parse_body(text_at(value, "Raw"));
    if (!parsed) return fail(parsed.error().message);
    value = std::move(*parsed);
    return true;
  }

  std::size_t depth_ = 0;
  std::string path_;
  std::string problem_;
};

}  // namespace

api_result<json> decode_message(message_form const& form, std::string_view bytes) {
  json object = json::object();
  message_walk walk;
  if (walk.message(form, bytes, object)) return {boost::system::in_place_value, std::move(object)};
  return bad_request("the body cannot be read: " + walk.take_problem());
}

}  // namespace holdfast::cluster
