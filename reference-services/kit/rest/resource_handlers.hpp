#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "kit/app/app.hpp"
#include "kit/rest/request_document.hpp"
#include "kit/rest/resource_routes.hpp"

namespace holdfast::kit {

enum class put_or_patch : std::uint8_t { put, patch };

/// What a transaction came to. `answer` goes before everything else.
struct change_outcome {
  bool absent = false;
  stored_row row;
  std::optional<response> answer;
};

/// The handlers of one resource. Lives as long as the routes.
class resource_handlers {
 public:
  resource_handlers(app& of, resource_definition definition);

  boost::asio::awaitable<response> get_item(request const& asked);
  boost::asio::awaitable<response> get_collection(request const& asked);
  boost::asio::awaitable<response> search(request const& asked);
  boost::asio::awaitable<response> post(request const& asked);
  boost::asio::awaitable<response> change_item(request const& asked, put_or_patch how);
  boost::asio::awaitable<response> erase_item(request const& asked);
  response finder_list(request const& asked) const;

 private:
  framework_generation generation() const { return definition_.names.generation; }
  response refusal(request const& asked, unsigned status, std::string_view message) const {
    return refusal_answer(generation(), asked, status, message);
  }
  response document(request const& asked, std::string body) const;
  /// Of a request that waited too long in the capacity model.
  response no_connection(request const& asked) const;
  response failed(request const& asked, store_failure const& why);
  std::variant<given_document, response> read_body(request const& asked) const;
  stored_row new_row(given_document& given) const;
  hook_answer validate(stored_row const& item) const {
    return validates_ && definition_.validate ? definition_.validate(item) : std::nullopt;
  }
  boost::asio::awaitable<response> create(request const& asked, given_document given);
  change_outcome insert(transaction& in, request const& asked, stored_row item) const;
  boost::asio::awaitable<change_outcome> change(request const& asked, std::int64_t id, given_document const& given,
                                                put_or_patch how);
  change_outcome update(transaction& in, request const& asked, std::int64_t id, given_document const& given,
                        put_or_patch how) const;
  hook_answer merge(request const& asked, given_document const& given, put_or_patch how, stored_row& into) const;
  response changed(request const& asked, stored_row const& item) const;

  app& app_;
  resource_definition definition_;
  resource_writer writer_;
  std::vector<bool> read_only_;
  bool validates_;
  bool honours_ids_;
};

}  // namespace holdfast::kit
