#include "load/answer_view.hpp"

#include "net/http_text.hpp"

namespace holdfast::load {

std::optional<std::string_view> header_of(answer const& reply, std::string_view lower_name) {
  for (auto const& field : reply.headers) {
    if (net::equals_ignoring_case(field.name, lower_name)) return field.value;
  }
  return std::nullopt;
}

json_finding const& answer_view::json(std::uint32_t index) {
  if (!looked_up_) {
    looked_up_ = true;
    json_problem_ = look_up(reply_.body, pointers_, scratch_.findings);
    if (!json_problem_.empty() && reply_.body_was_cut) {
      json_problem_ = "the body is longer than what is kept of it, and so cannot be read as JSON";
    }
  }
  return scratch_.findings[index];
}

}  // namespace holdfast::load
