#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "kit/app/app.hpp"
#include "kit/documents/collection.hpp"

namespace holdfast::kit {

enum class framework_generation : std::uint8_t { v2_1, v2_3 };

/// Names of a resource of the generated flavour (reference-systems 1.2).
struct resource_names {
  std::string collection;  ///< path and rel of the collection: "orders"
  std::string item;        ///< rel of an item: "order"
  bool paging = true;      ///< my-page has none
  framework_generation generation = framework_generation::v2_1;
};

/// "findByOrderId", argument "orderId", column "orderId".
struct resource_finder {
  std::string name, argument, column;
};

/// What a hook decides: go on, or answer this instead and change nothing.
using hook_answer = std::optional<response>;

/// What a service adds to the generated behaviour. All inside the transaction of the change; a hook that answers rolls
/// it back.
template <document T>
struct resource_hooks {
  std::function<hook_answer(T const&)> validate;  ///< before a transaction begins, POST, PUT, PATCH
  std::function<hook_answer(transaction&, T&)> before_create;
  std::function<void(transaction&, T const&)> after_create;  ///< with its id
  std::function<hook_answer(transaction&, T const& before, T& after)> before_update;
  std::function<void(transaction&, T const& before, T const& after)> after_update;
  std::function<hook_answer(transaction&, T const&)> before_delete;
  std::function<void(transaction&, T const&)> after_delete;
  /// Replaces the whole creation: for services that call others before they commit.
  std::function<boost::asio::awaitable<response>(request const&, T)> create;
};

// template <document T>
// void add_resource(app& to, collection<T> documents, resource_names names, std::vector<resource_finder> finders,
//                   resource_hooks<T> hooks);
//   GET, POST, HEAD, OPTIONS /{collection}; GET, PUT, PATCH, DELETE, HEAD, OPTIONS /{collection}/{id};
//   GET /{collection}/search/{finder}; 405 with Allow for the rest.
// response item_response(...), created_response(...): for `create` hooks.

}  // namespace holdfast::kit
