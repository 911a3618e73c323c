#include "cluster/protobuf/protobuf_body.hpp"

#include <string>
#include <utility>

#include <fmt/format.h>

#include "cluster/objects/bounded_json.hpp"
#include "cluster/objects/field_problem.hpp"
#include "cluster/objects/object_meta.hpp"
#include "cluster/protobuf/message_decoder.hpp"
#include "cluster/protobuf/wire_reader.hpp"

namespace holdfast::cluster {
namespace {

constexpr std::string_view magic{"k8s\0", 4};

struct envelope {
  std::string_view type;
  std::string_view object;
  std::string_view encoding;
  std::string_view media_type;
};

api_error unreadable(std::string_view why) { return bad_request(fmt::format("the body cannot be read: {}", why)); }

std::string_view* part_of(envelope& whole, std::uint32_t number) {
  switch (number) {
    case 1:
      return &whole.type;
    case 2:
      return &whole.object;
    case 3:
      return &whole.encoding;
    case 4:
      return &whole.media_type;
    default:
      return nullptr;
  }
}

api_result<envelope> open_envelope(std::string_view bytes) {
  envelope whole;
  unsigned seen = 0;
  wire_reader reader{bytes};
  while (!reader.is_at_end()) {
    auto const read = reader.next();
    if (!read) return unreadable(reader.problem());
    auto* const part = part_of(whole, read->number);
    if (part == nullptr || read->type != wire_type::bytes)
      return unreadable(fmt::format("the envelope has no such field of number {}", read->number));
    auto const bit = 1U << read->number;
    if ((seen & bit) != 0) return unreadable(fmt::format("the envelope has the field {} twice", read->number));
    seen |= bit;
    *part = read->bytes;
  }
  bool const is_plain = whole.encoding.empty() && (whole.media_type.empty() || whole.media_type == protobuf_media_type);
  if (!is_plain) return unreadable("the object in the envelope is encoded once more");
  return whole;
}

api_error not_read(std::string const& version, std::string const& kind) {
  return {.code = 415,
          .reason = "UnsupportedMediaType",
          .message = fmt::format("a {} {} is not read as protobuf by the local cluster: send JSON", shown(version),
                                 shown(kind))};
}

}  // namespace

api_result<json> parse_protobuf_body(std::string_view body, std::size_t most_bytes) {
  if (body.size() > most_bytes) return body_too_large(most_bytes);
  if (!body.starts_with(magic)) return unreadable("it does not begin as Kubernetes' protobuf does (\"k8s\", 0)");
  auto const whole = open_envelope(body.substr(magic.size()));
  if (!whole) return whole.error();
  auto const type = decode_message(type_meta_form(), whole->type);
  if (!type) return type.error();
  auto const& version = text_at(*type, "apiVersion");
  auto const& kind = text_at(*type, "kind");
  if (version.empty() || kind.empty()) return unreadable("the envelope does not say apiVersion and kind");
  auto const* const form = find_message_form(version, kind);
  if (form == nullptr) return not_read(version, kind);
  auto object = decode_message(*form, whole->object);
  if (!object) return object.error();
  (*object)["apiVersion"] = version;
  (*object)["kind"] = kind;
  return {boost::system::in_place_value, std::move(*object)};
}

}  // namespace holdfast::cluster
