#include "kit/rest/page_request.hpp"

#include <limits>
#include <string_view>

#include "kit/rest/request_document.hpp"
#include "net/http_text.hpp"
#include "net/percent_encoding.hpp"

namespace holdfast::kit {

namespace {

constexpr std::int64_t largest_size = 1000;

/// "title,desc", "title,author,asc": properties and a direction at the end.
void read_sort(std::string_view given, std::span<resource_field const> fields, page_request& page) {
  auto rest = given;
  auto const last = given.substr(given.rfind(',') + 1);  // npos + 1 is 0
  bool const descending = net::equals_ignoring_case(last, "desc");
  bool used = false;
  while (!rest.empty()) {
    auto const name = net::take_list_element(rest);
    bool known = name == "id";
    for (auto const& field : fields) known = known || field.name == name;
    if (!known) continue;
    page.by.push_back({std::string{name}, descending});
    used = true;
  }
  if (used) page.sort += "&sort=" + net::escape_target(given);
}

}  // namespace

page_request read_page_request(request const& asked, std::span<resource_field const> fields) {
  page_request page;
  for (auto const& [name, text] : asked.query) {
    if (name == "page") {
      auto const n = read_integer(text).value_or(0);
      page.number = n < 0 || n > std::numeric_limits<std::int32_t>::max() ? 0 : static_cast<std::size_t>(n);
    } else if (name == "size") {
      auto const n = read_integer(text).value_or(0);
      page.size = n < 1 ? page_request{}.size : static_cast<std::size_t>(n < largest_size ? n : largest_size);
    } else if (name == "sort" && page.by.size() < fields.size() + 1) {
      read_sort(text, fields, page);
    }
  }
  return page;
}

}  // namespace holdfast::kit
