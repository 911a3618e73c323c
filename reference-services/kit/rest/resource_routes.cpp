#include "kit/rest/resource_routes.hpp"

#include <algorithm>
#include <memory>
#include <utility>
#include <variant>

#include "kit/app/error_page.hpp"
#include "kit/rest/page_request.hpp"
#include "kit/rest/request_document.hpp"
#include "net/percent_encoding.hpp"

namespace holdfast::kit {

namespace asio = boost::asio;

namespace {

constexpr std::string_view store_in_trouble = "The change could not be committed";
constexpr std::string_view taken = "A unique value is taken already";

enum class put_or_patch : std::uint8_t { put, patch };

/// What a transaction came to. `answer` goes before everything else.
struct change_outcome {
  bool absent = false;
  stored_row row;
  std::optional<response> answer;
};

/// The handlers of one resource. Lives as long as the routes.
class resource_routes {
 public:
  resource_routes(app& of, resource_definition definition)
      : app_{of},
        definition_{std::move(definition)},
        writer_{definition_.names, definition_.fields, definition_.finders},
        validates_{!of.config().has_defect("G-05")},
        honours_ids_{of.config().has_defect("G-06")} {
    for (auto const& field : definition_.fields) {
      auto const& names = definition_.read_only;
      read_only_.push_back(!of.config().has_defect("G-08") &&
                           std::find(names.begin(), names.end(), field.name) != names.end());
    }
  }

  asio::awaitable<response> get_item(request const& asked);
  asio::awaitable<response> get_collection(request const& asked);
  asio::awaitable<response> search(request const& asked);
  asio::awaitable<response> post(request const& asked);
  asio::awaitable<response> change_item(request const& asked, put_or_patch how);
  asio::awaitable<response> erase_item(request const& asked);
  response finder_list(request const& asked) const {
    if (definition_.finders.empty()) return {.status = 404, .content_type = {}, .body = {}, .headers = {}};
    return document(asked, writer_.finder_list(asked.host));
  }

 private:
  framework_generation generation() const { return definition_.names.generation; }
  response refusal(request const& asked, unsigned status, std::string_view message) const {
    return refusal_answer(generation(), asked, status, message);
  }
  response document(request const& asked, std::string body) const {
    response answer;
    answer.content_type = content_type_of(accepted_form(asked.header_value("accept")), generation());
    answer.body = std::move(body);
    return answer;
  }
  response no_connection(request const& asked) const {
    return error_response(generation(), asked, 500, no_connection_message);
  }
  response failed(request const& asked, store_failure const& why) {
    app_.log({{"event", "store_failure"}, {"path", asked.path}, {"reason", why.what()}});
    return error_response(generation(), asked, 500, store_in_trouble);
  }
  std::variant<given_document, response> read_body(request const& asked) const;
  stored_row new_row(given_document& given) const;
  hook_answer validate(stored_row const& row) const {
    return validates_ && definition_.validate ? definition_.validate(row) : std::nullopt;
  }
  asio::awaitable<response> create(request const& asked, given_document given);
  change_outcome insert(transaction& in, request const& asked, stored_row row) const;
  asio::awaitable<change_outcome> change(request const& asked, std::int64_t id, given_document const& given,
                                         put_or_patch how);
  change_outcome update(transaction& in, request const& asked, std::int64_t id, given_document const& given,
                        put_or_patch how) const;
  hook_answer merge(request const& asked, given_document const& given, put_or_patch how, stored_row& into) const;
  response changed(request const& asked, stored_row const& row) const;

  app& app_;
  resource_definition definition_;
  resource_writer writer_;
  std::vector<bool> read_only_;
  bool validates_;
  bool honours_ids_;
};

asio::awaitable<response> resource_routes::get_item(request const& asked) {
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

asio::awaitable<response> resource_routes::get_collection(request const& asked) {
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

asio::awaitable<response> resource_routes::search(request const& asked) {
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

std::variant<given_document, response> resource_routes::read_body(request const& asked) const {
  if (!is_json_media_type(asked.header_value("content-type"))) {
    return error_response(generation(), asked, 415, "The body must be application/json in UTF-8");
  }
  auto given = read_document(asked.body, definition_.fields);
  if (!given) return refusal(asked, 400, given.error());
  return std::move(*given);
}

stored_row resource_routes::new_row(given_document& given) const {
  stored_row row;
  row.values.resize(definition_.fields.size());
  for (std::size_t i = 0; i < row.values.size(); ++i) {
    if (given.fields[i]) row.values[i] = *given.fields[i];
  }
  return row;
}

asio::awaitable<response> resource_routes::post(request const& asked) {
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

asio::awaitable<response> resource_routes::create(request const& asked, given_document given) {
  auto row = new_row(given);
  if (auto refused = validate(row)) co_return std::move(*refused);
  auto held = app_.capacity().try_acquire();
  if (!held) held = co_await app_.capacity().acquire();
  if (!held) co_return no_connection(asked);
  try {
    if (definition_.create) co_return co_await definition_.create(asked, std::move(row));
    auto change = [&](transaction& in) { return insert(in, asked, row); };
    auto outcome = co_await app_.documents().write(std::move(change));
    if (outcome.answer) co_return std::move(*outcome.answer);
    app_.committed();
    co_return created_answer(writer_, generation(), asked, outcome.row);
  } catch (store_failure const& why) {
    co_return failed(asked, why);
  }
}

change_outcome resource_routes::insert(transaction& in, request const& asked, stored_row row) const {
  if (definition_.before_create) {
    if (auto answer = definition_.before_create(in, row)) {
      in.roll_back();
      return {.absent = false, .row = {}, .answer = std::move(answer)};
    }
  }
  auto const id = in.insert(definition_.documents, row.values);
  if (!id) {
    in.roll_back();
    return {.absent = false, .row = {}, .answer = refusal(asked, 409, taken)};
  }
  row.id = *id;
  if (definition_.after_create) definition_.after_create(in, row);
  return {.absent = false, .row = std::move(row), .answer = {}};
}

asio::awaitable<response> resource_routes::change_item(request const& asked, put_or_patch how) {
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

asio::awaitable<change_outcome> resource_routes::change(request const& asked, std::int64_t id,
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

change_outcome resource_routes::update(transaction& in, request const& asked, std::int64_t id,
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

hook_answer resource_routes::merge(request const& asked, given_document const& given, put_or_patch how,
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

response resource_routes::changed(request const& asked, stored_row const& row) const {
  if (asked.header_value("accept")) return document(asked, writer_.item(row, asked.host));
  response answer;
  answer.status = 204;
  answer.headers.push_back({"Location", writer_.item_url(row.id, asked.host)});
  return answer;
}

asio::awaitable<response> resource_routes::erase_item(request const& asked) {
  auto const id = read_integer(asked.captures.front());
  if (!id) co_return refusal(asked, 400, "The id is no number");
  auto held = app_.capacity().try_acquire();
  if (!held) held = co_await app_.capacity().acquire();
  if (!held) co_return no_connection(asked);
  try {
    auto change = [&](transaction& in) -> change_outcome {
      auto values = in.get(definition_.documents, *id);
      if (!values) return {.absent = true, .row = {}, .answer = {}};
      stored_row row{*id, std::move(*values)};
      if (definition_.before_delete) {
        if (auto answer = definition_.before_delete(in, row)) {
          in.roll_back();
          return {.absent = false, .row = {}, .answer = std::move(answer)};
        }
      }
      in.erase(definition_.documents, *id);
      if (definition_.after_delete) definition_.after_delete(in, row);
      return {.absent = false, .row = std::move(row), .answer = {}};
    };
    auto outcome = co_await app_.documents().write(std::move(change));
    if (outcome.answer) co_return std::move(*outcome.answer);
    if (!outcome.absent) app_.committed();
    co_return response{.status = outcome.absent ? 404U : 204U, .content_type = {}, .body = {}, .headers = {}};
  } catch (store_failure const& why) {
    co_return failed(asked, why);
  }
}

}  // namespace

response item_answer(resource_writer const& writer, framework_generation generation, request const& asked,
                     stored_row const& shown) {
  response answer;
  answer.content_type = content_type_of(accepted_form(asked.header_value("accept")), generation);
  answer.body = writer.item(shown, asked.host);
  return answer;
}

response created_answer(resource_writer const& writer, framework_generation generation, request const& asked,
                        stored_row const& shown) {
  response answer;
  if (asked.header_value("accept")) answer = item_answer(writer, generation, asked, shown);
  answer.status = 201;
  answer.headers.push_back({"Location", writer.item_url(shown.id, asked.host)});
  return answer;
}

response refusal_answer(framework_generation generation, request const& asked, unsigned status,
                        std::string_view message) {
  response answer;
  answer.status = status;
  answer.content_type = content_type_of(accepted_form(asked.header_value("accept")), generation);
  answer.body = refusal_json(message);
  return answer;
}

response plain_refusal(std::string_view message, unsigned status) {
  response answer;
  answer.status = status;
  answer.content_type = content_type_of(document_form::json, framework_generation::v2_1);
  answer.body = refusal_json(message);
  return answer;
}

void add_resource_routes(app& to, resource_definition of) {
  auto paths = of.names.aliases;
  paths.push_back(of.names.collection);
  auto const serves = std::make_shared<resource_routes>(to, std::move(of));
  auto& routes = to.routes();
  auto const add = [&](std::string_view method, std::string const& pattern, auto call) {
    routes.add(method, pattern, handler{[serves, call](request const& asked) { return call(*serves, asked); }});
  };
  for (auto const& path : paths) {
    auto const all = "/" + path;
    add("GET", all, [](resource_routes& r, request const& asked) { return r.get_collection(asked); });
    add("POST", all, [](resource_routes& r, request const& asked) { return r.post(asked); });
    auto const one = all + "/{id}";
    add("GET", one, [](resource_routes& r, request const& asked) { return r.get_item(asked); });
    add("PUT", one, [](resource_routes& r, request const& asked) { return r.change_item(asked, put_or_patch::put); });
    add("PATCH", one,
        [](resource_routes& r, request const& asked) { return r.change_item(asked, put_or_patch::patch); });
    add("DELETE", one, [](resource_routes& r, request const& asked) { return r.erase_item(asked); });
    routes.add("GET", all + "/search",
               quick_handler{[serves](request const& asked) { return serves->finder_list(asked); }});
    add("GET", all + "/search/{finder}", [](resource_routes& r, request const& asked) { return r.search(asked); });
  }
}

}  // namespace holdfast::kit
