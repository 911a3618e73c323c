#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kit/app/app.hpp"
#include "kit/documents/collection.hpp"
#include "kit/rest/resource_document.hpp"
#include "kit/rest/resource_routes.hpp"

namespace holdfast::kit {

/// What a service adds to the generated behaviour. All inside the transaction of the change (so on the store's thread);
/// a hook that answers rolls it back.
template <document T>
struct resource_hooks {
  /// POST and PUT: before a transaction begins; PATCH: with the fields merged, inside it. G-05 leaves it out.
  std::function<hook_answer(T const&)> validate;
  std::function<hook_answer(transaction&, T&)> before_create;
  std::function<void(transaction&, T const&)> after_create;  ///< with its id
  std::function<hook_answer(transaction&, T const& before, T& after)> before_update;
  std::function<void(transaction&, T const& before, T const& after)> after_update;
  std::function<hook_answer(transaction&, T const&)> before_delete;
  std::function<void(transaction&, T const&)> after_delete;
  /// Replaces the whole creation after validate: for services that call others before they commit. The request holds a
  /// connection of the capacity model meanwhile.
  std::function<boost::asio::awaitable<response>(request const&, T)> create;
};

struct resource_options {
  /// Fields that only the service changes. A PATCH or PUT that gives one another value than it has is refused with 400;
  /// a PUT that leaves one out keeps it. POST is not concerned: before_create decides. G-08 switches this off.
  std::vector<std::string> read_only;
};

/// Answers about documents of type T for hand-written code: a `create` hook, a further route. Cheap to copy.
template <document T>
class resource_view {
 public:
  explicit resource_view(resource_names names, std::vector<resource_finder> const& finders = {})
      : generation_{names.generation},
        writer_{std::make_shared<resource_writer const>(std::move(names), resource_fields<T>(), finders)} {}

  response item(request const& asked, T const& d) const {
    return item_answer(*writer_, generation_, asked, {d.id, to_row(d)});
  }
  response created(request const& asked, T const& d) const {
    return created_answer(*writer_, generation_, asked, {d.id, to_row(d)});
  }
  /// Compact, with the id and without links: for hand-written controllers (reference-systems 1.3).
  std::string plain(T const& d) const { return writer_->plain_item({d.id, to_row(d)}); }
  response refusal(request const& asked, unsigned status, std::string_view message) const {
    return refusal_answer(generation_, asked, status, message);
  }

 private:
  framework_generation generation_;
  std::shared_ptr<resource_writer const> writer_;
};

/// Declares GET, POST, HEAD, OPTIONS /{collection}; GET, PUT, PATCH, DELETE, HEAD, OPTIONS /{collection}/{id};
/// GET /{collection}/search[/{finder}].
template <document T>
void add_resource(app& to, collection<T> documents, resource_names names, std::vector<resource_finder> finders = {},
                  resource_hooks<T> hooks = {}, resource_options options = {}) {
  resource_definition of;
  of.names = std::move(names);
  of.documents = documents.number();
  of.fields = resource_fields<T>();
  of.finders = std::move(finders);
  of.read_only = std::move(options.read_only);
  if (hooks.validate) {
    of.validate = [hook = std::move(hooks.validate)](stored_row const& r) { return hook(from_row<T>(r)); };
  }
  if (hooks.before_create) {
    of.before_create = [hook = std::move(hooks.before_create)](transaction& in, stored_row& r) {
      auto d = from_row<T>(r);
      auto answer = hook(in, d);
      r.values = to_row(d);
      return answer;
    };
  }
  if (hooks.after_create) {
    of.after_create = [hook = std::move(hooks.after_create)](transaction& in, stored_row const& r) {
      hook(in, from_row<T>(r));
    };
  }
  if (hooks.before_update) {
    of.before_update = [hook = std::move(hooks.before_update)](transaction& in, stored_row const& before,
                                                               stored_row& after) {
      auto d = from_row<T>(after);
      auto answer = hook(in, from_row<T>(before), d);
      after.values = to_row(d);
      return answer;
    };
  }
  if (hooks.after_update) {
    of.after_update = [hook = std::move(hooks.after_update)](transaction& in, stored_row const& before,
                                                             stored_row const& after) {
      hook(in, from_row<T>(before), from_row<T>(after));
    };
  }
  if (hooks.before_delete) {
    of.before_delete = [hook = std::move(hooks.before_delete)](transaction& in, stored_row const& r) {
      return hook(in, from_row<T>(r));
    };
  }
  if (hooks.after_delete) {
    of.after_delete = [hook = std::move(hooks.after_delete)](transaction& in, stored_row const& r) {
      hook(in, from_row<T>(r));
    };
  }
  if (hooks.create) {
    of.create = [hook = std::move(hooks.create)](request const& asked, stored_row r) {
      return hook(asked, from_row<T>(std::move(r)));
    };
  }
  add_resource_routes(to, std::move(of));
}

}  // namespace holdfast::kit
