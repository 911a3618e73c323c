#include "gateway/backend_failure.hpp"

namespace holdfast::gateway {

unsigned status_of(backend_failure why, bool is_original) {
  if (is_original) return 500;
  switch (why) {
    case backend_failure::refused:
      return 503;
    case backend_failure::no_connection_in_time:
    case backend_failure::no_answer_in_time:
      return 504;
    default:
      return 502;
  }
}

std::string sentence(backend_failure why, std::string_view backend) {
  std::string text{backend};
  switch (why) {
    case backend_failure::none:
      return text;
    case backend_failure::unknown_name:
      return text + " has no address";
    case backend_failure::refused:
      return text + " refused the connection";
    case backend_failure::unreachable:
      return text + " cannot be reached";
    case backend_failure::no_connection_in_time:
      return text + " could not be reached in time";
    case backend_failure::no_answer_in_time:
      return text + " did not answer in time";
    case backend_failure::lost:
      return text + " closed the connection without an answer";
    case backend_failure::malformed:
      return text + " sent what is no HTTP answer";
  }
  return text;
}

std::string_view name_of(backend_failure why) {
  switch (why) {
    case backend_failure::none:
      return "none";
    case backend_failure::unknown_name:
      return "unknown_name";
    case backend_failure::refused:
      return "refused";
    case backend_failure::unreachable:
      return "unreachable";
    case backend_failure::no_connection_in_time:
      return "no_connection_in_time";
    case backend_failure::no_answer_in_time:
      return "no_answer_in_time";
    case backend_failure::lost:
      return "lost";
    case backend_failure::malformed:
      return "malformed";
  }
  return "none";
}

}  // namespace holdfast::gateway
