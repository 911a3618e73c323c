#include "cluster/api/api_path.hpp"

#include <algorithm>
#include <vector>

#include "net/percent_encoding.hpp"

namespace holdfast::cluster {
namespace {

/// Decoded segments between the slashes; nothing when one is empty or broken.
std::optional<std::vector<std::string>> segments_of(std::string_view path) {
  std::vector<std::string> segments;
  if (!path.starts_with('/')) return std::nullopt;
  path.remove_prefix(1);
  if (path.ends_with('/')) path.remove_suffix(1);
  while (!path.empty()) {
    auto const end = std::min(path.find('/'), path.size());
    auto segment = percent_decoded(path.substr(0, end), false);
    if (!segment || segment->empty()) return std::nullopt;
    segments.push_back(std::move(*segment));
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return segments;
}

}  // namespace

std::optional<std::string> percent_decoded(std::string_view text, bool plus_is_space) {
  std::string escaped{text};
  if (plus_is_space) std::ranges::replace(escaped, '+', ' ');
  auto decoded = net::percent_decode(escaped);
  if (decoded && decoded->find('\0') != std::string::npos) return std::nullopt;
  return decoded;
}

std::optional<request_target> parse_target(std::string_view target) {
  auto const mark = std::min(target.find('?'), target.size());
  request_target parsed{.path = std::string{target.substr(0, mark)}, .query = {}};
  auto rest = target.substr(std::min(mark + 1, target.size()));
  while (!rest.empty()) {
    auto const end = std::min(rest.find('&'), rest.size());
    auto const pair = rest.substr(0, end);
    auto const equals = std::min(pair.find('='), pair.size());
    auto key = percent_decoded(pair.substr(0, equals), true);
    auto value = percent_decoded(pair.substr(std::min(equals + 1, pair.size())), true);
    if (!key || !value) return std::nullopt;
    if (!key->empty()) parsed.query.emplace(std::move(*key), std::move(*value));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return parsed;
}

std::optional<api_path> parse_api_path(std::string_view path) {
  auto segments = segments_of(path);
  if (!segments || segments->size() < 2) return std::nullopt;
  api_path parsed;
  std::size_t at = 1;
  if (segments->front() == "apis") {
    if (segments->size() < 3) return std::nullopt;
    parsed.group = (*segments)[at++];
  } else if (segments->front() != "api") {
    return std::nullopt;
  }
  parsed.version = (*segments)[at++];
  auto const left = segments->size() - at;
  // "namespaces/shop/status" is about the namespace itself, "namespaces/shop/pods" about what is in it.
  auto const is_namespaced = left >= 3 && (*segments)[at] == "namespaces" && (*segments)[at + 2] != "status" &&
                             (*segments)[at + 2] != "finalize";
  if (is_namespaced) {
    parsed.name_space = (*segments)[at + 1];
    at += 2;
  }
  for (auto* const part : {&parsed.resource, &parsed.name, &parsed.subresource}) {
    if (at < segments->size()) *part = (*segments)[at++];
  }
  if (at < segments->size()) return std::nullopt;
  return parsed;
}

}  // namespace holdfast::cluster
