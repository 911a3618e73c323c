#include "gateway/route_table.hpp"

#include <algorithm>

#include "net/http_text.hpp"
#include "net/url.hpp"

namespace holdfast::gateway {
namespace {

constexpr std::string_view subtree = "/**";
constexpr std::string_view example = "Write e.g. \"/orders/**=http://order:8080\"";

diagnostic problem_with(std::string_view key, std::string_view value, std::string problem, std::string fix) {
  return {.file = "environment",
          .line = 0,
          .field = std::string{key},
          .value = std::string{value},
          .problem = std::move(problem),
          .fix = std::move(fix)};
}

bool is_plain_path(std::string_view path) {
  return path.starts_with('/') && path.find_first_of("*?#%\\ \t{}") == std::string_view::npos &&
         path.find("//") == std::string_view::npos;
}

}  // namespace

result<route_table, diagnostics> route_table::parse(std::string_view text, std::string_view key) {
  route_table table;
  diagnostics problems;
  for (auto rest = text; !rest.empty();) {
    auto const one = net::take_list_element(rest);
    if (one.empty()) continue;
    if (auto problem = read_route(one, key, table)) problems.push_back(std::move(*problem));
  }
  if (problems.empty() && table.routes_.empty()) {
    problems.push_back(problem_with(key, text, "names no route, so every request would get 404", std::string{example}));
  }
  if (!problems.empty()) return problems;
  std::ranges::stable_sort(table.routes_,
                           [](route const& a, route const& b) { return a.prefix.size() > b.prefix.size(); });
  return table;
}

std::optional<diagnostic> route_table::read_route(std::string_view text, std::string_view key, route_table& into) {
  auto const equals = text.find('=');
  if (equals == std::string_view::npos) {
    return problem_with(key, text, "a route needs a pattern, '=' and an address", std::string{example});
  }
  auto const pattern = net::trimmed(text.substr(0, equals));
  auto const address = net::trimmed(text.substr(equals + 1));
  route one{.pattern = std::string{pattern}, .prefix = std::string{pattern}, .replacement = std::nullopt};
  one.with_subtree = pattern.ends_with(subtree);
  if (one.with_subtree) one.prefix.resize(pattern.size() - subtree.size());
  if (!pattern.starts_with('/') || (!one.prefix.empty() && !is_plain_path(one.prefix))) {
    return problem_with(key, text, "a pattern is a path, with \"/**\" at its end to cover everything below",
                        std::string{example});
  }
  if (std::ranges::any_of(into.routes_, [&](route const& r) { return r.pattern == one.pattern; })) {
    return problem_with(key, text, "the pattern stands there twice", "Remove one of the two");
  }
  auto const to = net::parse_url(address, net::missing_scheme::is_an_error);
  if (!to) return problem_with(key, text, to.error().problem, to.error().fix);
  if (to->to.scheme != net::url_scheme::http || to->login || to->target.find('?') != std::string::npos) {
    return problem_with(key, text, "a backend is an http address without login and query", std::string{example});
  }
  if (to->target != "/")
    one.replacement = to->target.ends_with('/') ? to->target.substr(0, to->target.size() - 1) : to->target;
  one.backend = into.backend_of(to->to);
  into.routes_.push_back(std::move(one));
  return std::nullopt;
}

std::size_t route_table::backend_of(net::origin const& to) {
  auto const known = std::ranges::find(backends_, to);
  if (known != backends_.end()) return static_cast<std::size_t>(known - backends_.begin());
  backends_.push_back(to);
  return backends_.size() - 1;
}

std::optional<route_table::destination> route_table::find(std::string_view target) const {
  auto const path = target.substr(0, target.find('?'));
  for (auto const& each : routes_) {
    if (!path.starts_with(each.prefix)) continue;
    auto const below = path.substr(each.prefix.size());
    bool const fits = below.empty() || (each.with_subtree && below.starts_with('/'));
    if (!fits) continue;
    auto const kept = each.replacement ? std::string_view{*each.replacement} : target.substr(0, each.prefix.size());
    auto const rest = target.substr(each.prefix.size());
    std::string to;
    if (kept.empty() && (rest.empty() || rest.front() == '?')) to = '/';
    to += kept;
    to += rest;
    return destination{.backend = each.backend, .target = std::move(to), .pattern = each.pattern};
  }
  return std::nullopt;
}

}  // namespace holdfast::gateway
