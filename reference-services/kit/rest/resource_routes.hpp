#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "kit/app/app.hpp"
#include "kit/rest/resource_document.hpp"

namespace holdfast::kit {

/// What a hook decides: go on, or answer this instead and change nothing.
using hook_answer = std::optional<response>;

/// A resource without the type of its documents: see resource_hooks for the meaning of the hooks.
struct resource_definition {
  resource_names names;
  table documents = 0;
  std::vector<resource_field> fields;
  std::vector<resource_finder> finders;
  std::vector<std::string> read_only;
  std::function<hook_answer(stored_row const&)> validate;
  std::function<hook_answer(transaction&, stored_row&)> before_create;
  std::function<void(transaction&, stored_row const&)> after_create;
  std::function<hook_answer(transaction&, stored_row const&, stored_row&)> before_update;
  std::function<void(transaction&, stored_row const&, stored_row const&)> after_update;
  std::function<hook_answer(transaction&, stored_row const&)> before_delete;
  std::function<void(transaction&, stored_row const&)> after_delete;
  std::function<boost::asio::awaitable<response>(request const&, stored_row)> create;
};

/// Declares the routes. Behind add_resource<T>().
void add_resource_routes(app& to, resource_definition of);

/// 200 with the item.
response item_answer(resource_writer const& writer, framework_generation generation, request const& asked,
                     stored_row const& shown);
/// 201 with Location, and with the item when the request has an Accept field.
response created_answer(resource_writer const& writer, framework_generation generation, request const& asked,
                        stored_row const& shown);
/// {"cause":null,"message":...}
response refusal_answer(framework_generation generation, request const& asked, unsigned status,
                        std::string_view message);
/// The same for hooks, which see no request: as application/json.
response plain_refusal(std::string_view message, unsigned status = 400);

}  // namespace holdfast::kit
