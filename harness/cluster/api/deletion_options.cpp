#include "cluster/api/deletion_options.hpp"

#include <charconv>

#include <fmt/format.h>

namespace holdfast::cluster {
namespace {

api_result<std::optional<std::int64_t>> grace_of(json const& body, query_map const& query) {
  std::optional<std::int64_t> grace;
  if (auto const given = query.find("gracePeriodSeconds"); given != query.end()) {
    std::int64_t seconds = 0;
    auto const* const end = given->second.data() + given->second.size();
    auto const read = std::from_chars(given->second.data(), end, seconds);
    if (read.ec != std::errc{} || read.ptr != end)
      return bad_request("gracePeriodSeconds must be a whole number (got \"" + given->second + "\")");
    grace = seconds;
  }
  auto const& in_body = member(body, "gracePeriodSeconds");
  if (in_body.is_number_integer()) {
    grace = in_body.get<std::int64_t>();
  } else if (!in_body.is_null()) {
    return bad_request("gracePeriodSeconds must be a whole number (got " + in_body.dump() + ")");
  }
  if (grace && *grace < 0) return bad_request("gracePeriodSeconds must not be below 0");
  constexpr std::int64_t most = 2'147'483'647;  // 68 years, as in a pod's spec
  if (grace && *grace > most) return bad_request(fmt::format("gracePeriodSeconds must not be above {}", most));
  return grace;
}

api_result<std::optional<propagation>> dependents_of(json const& body, query_map const& query) {
  auto word = text_at(body, "propagationPolicy");
  if (auto const given = query.find("propagationPolicy"); word.empty() && given != query.end()) word = given->second;
  if (word.empty()) return std::optional<propagation>{};
  if (word == "Background") return std::optional{propagation::background};
  if (word == "Foreground") return std::optional{propagation::foreground};
  if (word == "Orphan") return std::optional{propagation::orphan};
  return bad_request("propagationPolicy must be Background, Foreground or Orphan (got \"" + word + "\")");
}

}  // namespace

api_result<deletion> deletion_of(json const& body, query_map const& query) {
  auto const& dry = member(body, "dryRun");
  if (!dry.is_null() && !dry.empty()) return bad_request("dryRun is not supported by the local cluster: leave it out");
  auto const grace = grace_of(body, query);
  if (!grace) return grace.error();
  auto const dependents = dependents_of(body, query);
  if (!dependents) return dependents.error();
  return deletion{.grace_seconds = *grace,
                  .dependents = *dependents,
                  .uid = text_at(body, "preconditions", "uid"),
                  .version = text_at(body, "preconditions", "resourceVersion")};
}

}  // namespace holdfast::cluster
