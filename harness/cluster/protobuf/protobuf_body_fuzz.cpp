// Any bytes as a protobuf body: they are refused with a message, or the object that they are can be printed, read again
// and brought before admission.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "cluster/objects/admission.hpp"
#include "cluster/objects/bounded_json.hpp"
#include "cluster/objects/conversion.hpp"
#include "cluster/objects/object_meta.hpp"
#include "cluster/protobuf/protobuf_body.hpp"

namespace {

using namespace holdfast::cluster;

void require(bool holds) {
  if (!holds) std::abort();
}

void use(json object) {
  auto const version = text_at(object, "apiVersion");
  auto const name = text_at(object, "kind");
  auto const printed = parse_body(object.dump(), std::size_t{64} * 1024 * 1024);
  require(printed.has_value() && *printed == object);
  auto const* kind = find_kind(version, name);
  if (auto const* const served = find_served_version(version, name)) {
    kind = served->kind;
    object = to_stored(*served, std::move(object));
  }
  if (kind != nullptr) (void)admit(*kind, object, nullptr);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  std::string_view const bytes{static_cast<char const*>(static_cast<void const*>(data)), size};
  auto object = parse_protobuf_body(bytes);
  if (object) {
    use(std::move(*object));
  } else {
    require(!object.error().message.empty());
  }
  return 0;
}
