#include "cli/siege/siege_revalidation.hpp"

#include "net/http_text.hpp"

namespace holdfast::cli {

std::string_view field_value(std::span<net::header_field const> fields, std::string_view name) {
  for (auto const& field : fields) {
    if (net::equals_ignoring_case(field.name, name)) return field.value;
  }
  return {};
}

void revalidation_memory::remember(std::string const& url, std::span<net::header_field const> fields) {
  auto const etag = field_value(fields, "etag");
  auto const modified = field_value(fields, "last-modified");
  if (etag.empty() && modified.empty()) return;
  if (by_url_.size() >= most_urls && !by_url_.contains(url)) return;
  by_url_.insert_or_assign(url, validators{std::string{etag}, std::string{modified}});
}

revalidation_memory::validators const* revalidation_memory::of(std::string const& url) const {
  auto const found = by_url_.find(url);
  return found == by_url_.end() ? nullptr : &found->second;
}

}  // namespace holdfast::cli
