#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/clock.hpp"

namespace holdfast::kit {

struct header {
  std::string name;
  std::string value;
};

/// A request as a handler sees it. The target is decoded and free of "." and ".." parts; both were refused before.
struct request {
  std::string method;                                      ///< "GET"
  std::string path;                                        ///< "/orders/7", percent-decoded, without query
  std::vector<std::pair<std::string, std::string>> query;  ///< decoded, in order
  std::vector<header> headers;
  std::string body;
  std::string host;                   ///< of the Host field: what links are built from
  std::string correlation_id;         ///< of X-Correlation-Id, made when absent
  std::string peer;                   ///< "127.0.0.1:50312"
  std::string route;                  ///< pattern that was matched, "/orders/{id}"
  std::vector<std::string> captures;  ///< what stood in the places of {..}
  time_point received{};

  /// First value of a field, by any case of its name.
  std::optional<std::string_view> header_value(std::string_view name) const;
  std::optional<std::string_view> query_value(std::string_view name) const;
};

struct response {
  unsigned status = 200;
  std::string content_type;  ///< none is sent when the body is empty
  std::string body;
  std::vector<header> headers;  ///< further ones: Location, Retry-After ...
};

}  // namespace holdfast::kit
