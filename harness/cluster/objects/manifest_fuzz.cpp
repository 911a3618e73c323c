// Any text as a manifest: it is refused with messages that name the file, or its objects pass the API's admission, can
// be patched with themselves, and are told in the other versions that are served.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "cluster/objects/admission.hpp"
#include "cluster/objects/conversion.hpp"
#include "cluster/objects/manifest_reader.hpp"
#include "cluster/objects/patches.hpp"

namespace {

using namespace holdfast;
using namespace holdfast::cluster;

void require(bool holds) {
  if (!holds) std::abort();
}

void use(manifest const& made) {
  auto object = made.object;
  object["metadata"].emplace("namespace", "default");
  if (!made.kind->is_namespaced) object["metadata"].erase("namespace");
  require(admit(*made.kind, object, nullptr).has_value());
  auto again = object;
  require(admit(*made.kind, again, &object).has_value());
  require(again == object);
  (void)patched(*made.kind, object, made.object, patch_type::strategic);
  (void)object.dump();
  for (auto const* const version : {"autoscaling/v1", "events.k8s.io/v1"}) {
    auto const* const served = find_served_version(version, made.kind->name);
    if (served != nullptr) (void)to_stored(*served, from_stored(*served, object));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  std::string_view const text{static_cast<char const*>(static_cast<void const*>(data)), size};
  std::vector<source_text> const sources{{"m.yaml", std::string{text}}};
  auto const read = check_manifests(sources);
  if (!read) {
    require(!read.error().empty());
    for (auto const& d : read.error()) require(!d.problem.empty() && d.file == "m.yaml");
    return 0;
  }
  for (auto const& made : read->objects) use(made);
  return 0;
}
