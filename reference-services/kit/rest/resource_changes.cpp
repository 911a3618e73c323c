#include <utility>
#include <variant>

#include "kit/app/error_page.hpp"
#include "kit/rest/resource_handlers.hpp"

namespace holdfast::kit {

namespace asio = boost::asio;

namespace {

constexpr std::string_view taken = "A unique value is taken already";

}  // namespace

std::variant<given_document, response> resource_handlers::read_body(request const& asked) const {
  if (!is_json_media_type(asked.header_value("content-type"))) {
    return error_response(generation(), asked, 415, "The body must be application/json in UTF-8");
  }
  auto given = read_document(asked.body, definition_.fields);
  if (!given) return refusal(asked, 400, given.error());
  return std::move(*given);
}

stored_row resource_handlers::new_row(given_document& given) const {
  stored_row item;
  item.values.resize(definition_.fields.size());
  for (std::size_t i = 0; i < item.values.size(); ++i) {
    if (given.fields[i]) item.values[i] = *given.fields[i];
  }
  return item;
}

asio::awaitable<response> resource_handlers::post(request const& asked) {
  auto read = read_body(asked);
  if (auto* const refused = std::get_if<response>(&read)) co_return std::move(*refused);
  auto& given = std::get<given_document>(read);
  if (honours_ids_ && given.id) {
    auto outcome = co_await change(asked, *given.id, given, put_or_patch::put);
    if (outcome.answer) co_return std::move(*outcome.answer);
    if (!outcome.absent) co_return created_answer(writer_, generation(), asked, outcome.row);
  }
  co_return co_await create(asked, std::move(given));
}

asio::awaitable<response> resource_handlers::create(request const& asked, given_document given) {
  auto item = new_row(given);
  if (auto refused = validate(item)) co_return std::move(*refused);
  auto held = app_.capacity().try_acquire();
  if (!held) held = co_await app_.capacity().acquire();
  if (!held) co_return no_connection(asked);
  try {
    if (definition_.create) co_return co_await definition_.create(asked, std::move(item));
    auto change = [&](transaction& in) { return insert(in, asked, item); };
    auto outcome = co_await app_.documents().write(std::move(change));
    if (outcome.answer) co_return std::move(*outcome.answer);
    app_.committed();
    co_return created_answer(writer_, generation(), asked, outcome.row);
  } catch (store_failure const& why) {
    co_return failed(asked, why);
  }
}

change_outcome resource_handlers::insert(transaction& in, request const& asked, stored_row item) const {
  if (definition_.before_create) {
    if (auto answer = definition_.before_create(in, item)) {
      in.roll_back();
      return {.absent = false, .row = {}, .answer = std::move(answer)};
    }
  }
  auto const id = in.insert(definition_.documents, item.values);
  if (!id) {
    in.roll_back();
    return {.absent = false, .row = {}, .answer = refusal(asked, 409, taken)};
  }
  item.id = *id;
  if (definition_.after_create) definition_.after_create(in, item);
  return {.absent = false, .row = std::move(item), .answer = {}};
}

asio::awaitable<response> resource_handlers::change_item(request const& asked, put_or_patch how) {
  auto const id = read_integer(asked.captures.front());
  if (!id) co_return refusal(asked, 400, "The id is no number");
  auto read = read_body(asked);
  if (auto* const refused = std::get_if<response>(&read)) co_return std::move(*refused);
  auto& given = std::get<given_document>(read);
  auto outcome = co_await change(asked, *id, given, how);
  if (outcome.answer) co_return std::move(*outcome.answer);
  if (!outcome.absent) co_return changed(asked, outcome.row);
  if (how == put_or_patch::put) co_return co_await create(asked, std::move(given));
  co_return response{.status = 404, .content_type = {}, .body = {}, .headers = {}};
}

asio::awaitable<change_outcome> resource_handlers::change(request const& asked, std::int64_t id,
                                                          given_document const& given, put_or_patch how) {
  auto held = app_.capacity().try_acquire();
  if (!held) held = co_await app_.capacity().acquire();
  if (!held) co_return change_outcome{.absent = false, .row = {}, .answer = no_connection(asked)};
  try {
    auto change = [&](transaction& in) { return update(in, asked, id, given, how); };
    auto outcome = co_await app_.documents().write(std::move(change));
    if (!outcome.absent && !outcome.answer) app_.committed();
    co_return outcome;
  } catch (store_failure const& why) {
    co_return change_outcome{.absent = false, .row = {}, .answer = failed(asked, why)};
  }
}

change_outcome resource_handlers::update(transaction& in, request const& asked, std::int64_t id,
                                         given_document const& given, put_or_patch how) const {
  auto values = in.get(definition_.documents, id);
  if (!values) return {.absent = true, .row = {}, .answer = {}};
  stored_row const before{id, std::move(*values)};
  auto after = before;
  auto answer = merge(asked, given, how, after);
  if (!answer) answer = validate(after);
  if (!answer && definition_.before_update) answer = definition_.before_update(in, before, after);
  if (!answer && !in.replace(definition_.documents, id, after.values)) answer = refusal(asked, 409, taken);
  if (answer) {
    in.roll_back();
    return {.absent = false, .row = {}, .answer = std::move(answer)};
  }
  if (definition_.after_update) definition_.after_update(in, before, after);
  return {.absent = false, .row = std::move(after), .answer = {}};
}

hook_answer resource_handlers::merge(request const& asked, given_document const& given, put_or_patch how,
                                     stored_row& into) const {
  for (std::size_t i = 0; i < into.values.size(); ++i) {
    auto& mine = into.values[i];
    auto const& theirs = given.fields[i];
    if (read_only_[i]) {
      if (theirs && *theirs != mine) return refusal(asked, 400, definition_.fields[i].name + " is set by the service");
    } else if (theirs) {
      mine = *theirs;
    } else if (how == put_or_patch::put) {
      mine = value{};
    }
  }
  return std::nullopt;
}

response resource_handlers::changed(request const& asked, stored_row const& item) const {
  if (asked.header_value("accept")) return document(asked, writer_.item(item, asked.host));
  response answer;
  answer.status = 204;
  answer.headers.push_back({"Location", writer_.item_url(item.id, asked.host)});
  return answer;
}

asio::awaitable<response> resource_handlers::erase_item(request const& asked) {
  auto const id = read_integer(asked.captures.front());
  if (!id) co_return refusal(asked, 400, "The id is no number");
  auto held = app_.capacity().try_acquire();
  if (!held) held = co_await app_.capacity().acquire();
  if (!held) co_return no_connection(asked);
  try {
    auto change = [&](transaction& in) -> change_outcome {
      auto values = in.get(definition_.documents, *id);
      if (!values) return {.absent = true, .row = {}, .answer = {}};
      stored_row item{*id, std::move(*values)};
      if (definition_.before_delete) {
        if (auto answer = definition_.before_delete(in, item)) {
          in.roll_back();
          return {.absent = false, .row = {}, .answer = std::move(answer)};
        }
      }
      in.erase(definition_.documents, *id);
      if (definition_.after_delete) definition_.after_delete(in, item);
      return {.absent = false, .row = std::move(item), .answer = {}};
    };
    auto outcome = co_await app_.documents().write(std::move(change));
    if (outcome.answer) co_return std::move(*outcome.answer);
    if (!outcome.absent) app_.committed();
    co_return response{.status = outcome.absent ? 404U : 204U, .content_type = {}, .body = {}, .headers = {}};
  } catch (store_failure const& why) {
    co_return failed(asked, why);
  }
}

}  // namespace holdfast::kit
