#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "cli/siege/siege_page.hpp"
#include "cli/siege/siege_settings.hpp"
#include "net/url.hpp"

namespace holdfast::cli {

/// The resources that are still to be fetched for a page, each once, with those of its frames. One object a user.
class siege_page_visit {
 public:
  /// A new page: forgets the one before.
  void begin();

  /// Takes up what the page that came from `from` refers to, without hosts that are not to be followed and without
  /// URLs that cannot be asked for.
  void add(page_references const& references, net::url const& from, siege_settings const& settings);

  std::optional<net::url> next();

 private:
  /// Pages whose frames lead to ever new pages end here.
  static constexpr std::size_t most_resources = 1024;
  std::deque<net::url> waiting_;
  std::set<std::string> seen_;
};

}  // namespace holdfast::cli
