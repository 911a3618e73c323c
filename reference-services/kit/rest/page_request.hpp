#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "kit/documents/store.hpp"
#include "kit/http/message.hpp"
#include "kit/rest/resource_document.hpp"

namespace holdfast::kit {

/// The part of a collection that a client asks for by ?page=&size=&sort=. As in the originals, what cannot be read
/// falls back to its default (page 0, size 20), a size beyond 1000 is 1000, and unknown properties are not sorted by.
struct page_request {
  std::size_t number = 0;
  std::size_t size = 20;
  std::vector<sort_key> by;
  std::string sort;  ///< "&sort=..." to be repeated in links
};

page_request read_page_request(request const& asked, std::span<resource_field const> fields);

}  // namespace holdfast::kit
