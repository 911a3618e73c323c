#include <algorithm>
#include <variant>

#include "kit/rest/page_request.hpp"
#include "kit/rest/resource_handlers.hpp"
#include "net/percent_encoding.hpp"

namespace holdfast::kit {

namespace asio = boost::asio;

response resource_handlers::finder_list(request const& asked) const {
  if (definition_.finders.empty()) return {.status = 404, .content_type = {}, .body = {}, .headers = {}};
  return document(asked, writer_.finder_list(asked.host));
}

asio::awaitable<response> resource_handlers::get_item(request const& asked) {
  auto const id = read_integer(asked.captures.front());
  if (!id) co_return refusal(asked, 400, "The id is no number");
  auto held = app_.capacity().try_acquire();
  if (!held) held = co_await app_.capacity().acquire();
  if (!held) co_return no_connection(asked);
  try {
    auto values = app_.documents().read([&](reader& in) { return in.get(definition_.documents, *id); });
    if (!values) co_return response{.status = 404, .content_type = {}, .body = {}, .headers = {}};
    co_return document(asked, writer_.item({*id, std::move(*values)}, asked.host));
  } catch (store_failure const& why) {
    co_return failed(asked, why);
  }
}

asio::awaitable<response> resource_handlers::get_collection(request const& asked) {
  auto held = app_.capacity().try_acquire();
  if (!held) held = co_await app_.capacity().acquire();
  if (!held) co_return no_connection(asked);
  try {
    if (!definition_.names.paging) {
      constexpr auto everything = static_cast<std::size_t>(-1) / 2;
      auto const rows =
          app_.documents().read([&](reader& in) { return in.list(definition_.documents, 0, everything, {}); });
      co_return document(asked, writer_.all(rows, asked.host));
    }
    auto const wanted = read_page_request(asked, definition_.fields);
    page_facts facts{.size = wanted.size, .number = wanted.number, .total = 0, .sort = wanted.sort};
    auto const rows = app_.documents().read([&](reader& in) {
      facts.total = static_cast<std::size_t>(in.count(definition_.documents));
      return in.list(definition_.documents, wanted.number * wanted.size, wanted.size, wanted.by);
    });
    co_return document(asked, writer_.page(rows, facts, asked.host));
  } catch (store_failure const& why) {
    co_return failed(asked, why);
  }
}

asio::awaitable<response> resource_handlers::search(request const& asked) {
  auto const& finders = definition_.finders;
  auto const finder = std::find_if(finders.begin(), finders.end(),
                                   [&](resource_finder const& f) { return f.name == asked.captures.front(); });
  if (finder == finders.end()) co_return response{.status = 404, .content_type = {}, .body = {}, .headers = {}};
  auto const given = asked.query_value(finder->argument);
  if (!given) co_return refusal(asked, 400, finder->argument + " is missing");
  auto const field = std::find_if(definition_.fields.begin(), definition_.fields.end(),
                                  [&](resource_field const& f) { return f.name == finder->column; });
  value wanted{std::string{*given}};
  if (field != definition_.fields.end() && field->kind != field_kind::text) {
    auto const number = read_integer(*given);
    if (!number) co_return refusal(asked, 400, finder->argument + " is no number");
    wanted = *number;
  }
  auto held = app_.capacity().try_acquire();
  if (!held) held = co_await app_.capacity().acquire();
  if (!held) co_return no_connection(asked);
  try {
    if (finder->single) {
      auto const rows =
          app_.documents().read([&](reader& in) { return in.find(definition_.documents, finder->column, wanted, 1); });
      if (rows.empty()) co_return response{.status = 404, .content_type = {}, .body = {}, .headers = {}};
      co_return document(asked, writer_.item(rows.front(), asked.host));
    }
    auto const rows =
        app_.documents().read([&](reader& in) { return in.find(definition_.documents, finder->column, wanted); });
    auto const self = "/" + definition_.names.collection + "/search/" + finder->name + "?" + finder->argument + "=" +
                      net::percent_encode(*given);
    co_return document(asked, writer_.found(rows, self, asked.host));
  } catch (store_failure const& why) {
    co_return failed(asked, why);
  }
}

}  // namespace holdfast::kit
