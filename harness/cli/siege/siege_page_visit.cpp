#include "cli/siege/siege_page_visit.hpp"

#include <utility>

#include "cli/siege/siege_plan.hpp"

namespace holdfast::cli {

void siege_page_visit::begin() {
  waiting_.clear();
  seen_.clear();
}

void siege_page_visit::add(page_references const& references, net::url const& from, siege_settings const& settings) {
  auto base = from;
  if (!references.base.empty()) {
    if (auto resolved = net::resolve_reference(from, references.base)) base = std::move(*resolved);
  }
  seen_.insert(net::to_string(from));
  for (auto const& target : references.targets) {
    auto where = net::resolve_reference(base, target);
    if (!where || is_nofollow_host(settings, where->to.host) || !unreachable_reason(settings, *where).empty()) continue;
    if (seen_.size() >= most_resources || !seen_.insert(net::to_string(*where)).second) continue;
    waiting_.push_back(std::move(*where));
  }
}

std::optional<net::url> siege_page_visit::next() {
  if (waiting_.empty()) return std::nullopt;
  auto where = std::move(waiting_.front());
  waiting_.pop_front();
  return where;
}

}  // namespace holdfast::cli
