#include "target/misbehaviour.hpp"

#include <algorithm>
#include <array>

namespace holdfast::target {
namespace {

struct named_kind {
  std::string_view name;
  path_kind kind;
};

constexpr std::array kinds{
    named_kind{"byte-by-byte", path_kind::byte_by_byte},
    named_kind{"endless-chunks", path_kind::endless_chunks},
    named_kind{"endless-header", path_kind::endless_header},
    named_kind{"garbage", path_kind::garbage},
    named_kind{"header-bomb", path_kind::header_bomb},
    named_kind{"huge-header", path_kind::huge_header},
    named_kind{"huge-length", path_kind::huge_length},
    named_kind{"nul-bytes", path_kind::nul_bytes},
    named_kind{"reset", path_kind::reset},
    named_kind{"silence", path_kind::silence},
    named_kind{"slow-header", path_kind::slow_header},
    named_kind{"truncated", path_kind::truncated},
};

}  // namespace

bool misbehaviour_settings::hits(std::uint64_t number, random_engine& random) const {
  if (!kind) return false;
  if (after && number <= *after) return false;
  if (every && number % *every != 0) return false;
  return !probability || random.uniform() < *probability;
}

bool is_misbehaviour(path_kind kind) {
  return std::any_of(kinds.begin(), kinds.end(), [kind](named_kind const& k) { return k.kind == kind; });
}

std::optional<path_kind> misbehaviour_named(std::string_view name) {
  for (auto const& k : kinds) {
    if (k.name == name) return k.kind;
  }
  return std::nullopt;
}

std::vector<std::string_view> misbehaviour_names() {
  std::vector<std::string_view> names;
  for (auto const& k : kinds) names.push_back(k.name);
  return names;
}

}  // namespace holdfast::target
