#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "net/header_field.hpp"

namespace holdfast::cli {

/// A field's value, or an empty view. `name` in lower case.
std::string_view field_value(std::span<net::header_field const> fields, std::string_view name);

/// What a user with cache = true remembers of answers, so that it can ask whether they have changed. Bodies are not
/// kept: a siege measures the asking. One object a user.
class revalidation_memory {
 public:
  struct validators {
    std::string etag;
    std::string last_modified;
  };

  void remember(std::string const& url, std::span<net::header_field const> fields);
  /// Nothing known: nullptr.
  validators const* of(std::string const& url) const;

 private:
  static constexpr std::size_t most_urls = 1024;
  std::map<std::string, validators, std::less<>> by_url_;
};

}  // namespace holdfast::cli
