#pragma once

#include <cstdint>
#include <string_view>

#include "target/answer.hpp"
#include "target/default_answer.hpp"
#include "target/path_kind.hpp"
#include "target/request_scanner.hpp"

namespace holdfast::target {

/// What else an answer can depend on.
struct request_context {
  default_answer const& ordinary;
  std::uint64_t answers_before = 0;  ///< on the same connection
  std::string_view body;             ///< of the request, where the path wants it (echo)
  bool body_is_cut = false;
};

/// The answer to a path that asks for something other than the ordinary one, truth excepted. Arguments that make no
/// sense get 400 with a sentence that says what was expected.
answer special_answer(request const& head, path_match const& path, request_context const& context);

/// The answer of a kind for which is_misbehaviour() holds, and close_after.
answer misbehaving_answer(request const& head, path_match const& path, request_context const& context);

}  // namespace holdfast::target
