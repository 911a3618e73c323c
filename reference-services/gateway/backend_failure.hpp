#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace holdfast::gateway {

/// Why a backend gave no answer that could be passed on.
enum class backend_failure : std::uint8_t {
  none,
  unknown_name,  ///< its name has no address
  refused,       ///< nobody listens there
  unreachable,   ///< no way there
  no_connection_in_time,
  no_answer_in_time,
  lost,       ///< the connection ended before an answer was whole
  malformed,  ///< what it sent is no answer by RFC 9112
};

/// Of the gateway's own answer. @param is_original  500 whatever it was
unsigned status_of(backend_failure why, bool is_original);

/// "book:8080 refused the connection": for the error page.
std::string sentence(backend_failure why, std::string_view backend);
/// "refused": for metrics.
std::string_view name_of(backend_failure why);

}  // namespace holdfast::gateway
