#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace holdfast::cluster {

/// Parameters of a request, decoded; of repeated ones the first.
using query_map = std::map<std::string, std::string, std::less<>>;

/// What a request's path means.
struct api_path {
  std::string group{};
  std::string version{};
  std::string name_space{};   ///< empty: of all namespaces, or of a kind without
  std::string resource{};     ///< plural; empty: the path names a group version and no more
  std::string name{};         ///< empty: the collection
  std::string subresource{};  ///< "status", "scale", "log", ...
};

struct request_target {
  std::string path;  ///< as it was sent, without the query
  query_map query;
};

/// Splits at '?' and decodes the parameters. Nothing when an escape is broken.
std::optional<request_target> parse_target(std::string_view target);

/// "/api/v1/namespaces/shop/pods/p/log", "/apis/apps/v1/deployments". Nothing for a path that is no object's.
std::optional<api_path> parse_api_path(std::string_view path);

/// "%2F" and, with `plus_is_space`, "+" undone. Nothing when an escape is broken or makes a nul byte.
std::optional<std::string> percent_decoded(std::string_view text, bool plus_is_space);

}  // namespace holdfast::cluster
