#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/clock.hpp"
#include "kit/app/media_types.hpp"
#include "kit/http/message.hpp"

namespace holdfast::kit {

/// What an error tells: compact JSON of timestamp, status, error, message, path in the style of the originals'
/// framework, or a small page for clients that do not ask for JSON. Generation 2.3 keeps the message to itself.
struct error_facts {
  framework_generation generation = framework_generation::v2_1;
  unsigned status = 500;
  std::string_view message = "No message available";
  std::string_view path;
  wall_time now;
};
std::string error_json(error_facts const& facts);
std::string error_html(error_facts const& facts);
response error_response(error_facts const& facts, std::optional<std::string_view> accept);
/// For the request at hand, at the present moment.
response error_response(framework_generation generation, request const& asked, unsigned status,
                        std::string_view message = "No message available");

/// Message of a request that waited too long for a database connection (vector V3).
inline constexpr std::string_view no_connection_message =
    "Could not open JPA EntityManager for transaction; nested exception is "
    "org.hibernate.exception.JDBCConnectionException: Unable to acquire JDBC Connection";

}  // namespace holdfast::kit
