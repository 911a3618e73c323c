#include "kit/http/router.hpp"

#include <algorithm>
#include <cassert>

namespace holdfast::kit {
namespace {

bool is_capture(std::string_view segment) {
  return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

/// Takes the next segment off the front of "/a/b/".
std::string_view take_segment(std::string_view& path) {
  path.remove_prefix(1);
  auto const segment = path.substr(0, path.find('/'));
  path.remove_prefix(segment.size());
  return segment;
}

bool is_end(std::string_view rest) { return rest.empty() || rest == "/"; }

/// Keeps the text's memory when there is some.
void set_capture(std::vector<std::string>& captures, std::size_t at, std::string_view text) {
  if (at < captures.size()) {
    captures[at].assign(text);
  } else {
    captures.emplace_back(text);
  }
}

}  // namespace

void router::add(std::string_view method, std::string_view pattern, quick_handler serve) {
  auto& route = place(method, pattern);
  route.quick = std::move(serve);
  route.slow = nullptr;
}

void router::add(std::string_view method, std::string_view pattern, handler serve) {
  auto& route = place(method, pattern);
  route.slow = std::move(serve);
  route.quick = nullptr;
}

router::entry& router::place(std::string_view method, std::string_view pattern) {
  assert(pattern.starts_with('/') && "a pattern begins with a slash");
  std::size_t at = 0;
  for (auto rest = pattern; !is_end(rest);) at = step(at, take_segment(rest));
  auto& routes = nodes_[at].routes;
  auto same = std::find_if(routes.begin(), routes.end(), [&](auto const& known) { return known->method == method; });
  if (same == routes.end()) same = routes.insert(same, std::make_unique<entry>());
  **same = {.method = std::string{method}, .pattern = std::string{pattern}, .quick = {}, .slow = {}};
  return **same;
}

std::size_t router::step(std::size_t from, std::string_view segment) {
  if (is_capture(segment)) {
    if (nodes_[from].capture == 0) {
      nodes_[from].capture = nodes_.size();
      nodes_.emplace_back();
    }
    return nodes_[from].capture;
  }
  for (auto const& [literal, behind] : nodes_[from].literals) {
    if (literal == segment) return behind;
  }
  auto const behind = nodes_.size();
  nodes_[from].literals.emplace_back(segment, behind);
  nodes_.emplace_back();
  return behind;
}

router::node const* router::walk(std::size_t from, std::string_view rest, std::size_t depth,
                                 std::vector<std::string>& captures) const {
  auto const& here = nodes_[from];
  if (is_end(rest)) {
    if (here.routes.empty()) return nullptr;
    captures.resize(depth);
    return &here;
  }
  auto const segment = take_segment(rest);
  for (auto const& [literal, behind] : here.literals) {
    if (literal != segment) continue;
    if (auto const* const found = walk(behind, rest, depth, captures)) return found;
  }
  if (here.capture == 0 || segment.empty()) return nullptr;
  auto const* const found = walk(here.capture, rest, depth + 1, captures);
  // Only now: a path that fits nothing writes no captures.
  if (found != nullptr) set_capture(captures, depth, segment);
  return found;
}

void router::find(std::string_view method, std::string_view path, match& into) const {
  into.found = nullptr;
  into.pattern = {};
  into.allowed.clear();
  auto const* const place = path.starts_with('/') ? walk(0, path, 0, into.captures) : nullptr;
  if (place == nullptr) {
    into.captures.clear();
    return;
  }
  into.pattern = place->routes.front()->pattern;
  auto const route_of = [&](std::string_view wanted) -> entry const* {
    for (auto const& route : place->routes) {
      if (route->method == wanted) return route.get();
    }
    return nullptr;
  };
  into.found = route_of(method);
  if (into.found == nullptr && method == "HEAD") into.found = route_of("GET");
  if (into.found != nullptr) {
    into.pattern = into.found->pattern;
    return;
  }
  for (auto const& route : place->routes) into.allowed.push_back(route->method);
  if (route_of("GET") != nullptr && route_of("HEAD") == nullptr) into.allowed.emplace_back("HEAD");
  if (route_of("OPTIONS") == nullptr) into.allowed.emplace_back("OPTIONS");
}

router::match router::find(std::string_view method, std::string_view path) const {
  match found;
  find(method, path, found);
  return found;
}

}  // namespace holdfast::kit
