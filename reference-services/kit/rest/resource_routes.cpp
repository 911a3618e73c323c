#include "kit/rest/resource_routes.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "kit/app/error_page.hpp"
#include "kit/rest/resource_handlers.hpp"

namespace holdfast::kit {

resource_handlers::resource_handlers(app& of, resource_definition definition)
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

response resource_handlers::document(request const& asked, std::string body) const {
  response answer;
  answer.content_type = content_type_of(accepted_form(asked.header_value("accept")), generation());
  answer.body = std::move(body);
  return answer;
}

response resource_handlers::no_connection(request const& asked) const {
  return error_response(generation(), asked, 500, no_connection_message);
}

response resource_handlers::failed(request const& asked, store_failure const& why) {
  app_.log({{"event", "store_failure"}, {"path", asked.path}, {"reason", why.what()}});
  return error_response(generation(), asked, 500, "The change could not be committed");
}

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
  auto const serves = std::make_shared<resource_handlers>(to, std::move(of));
  auto& routes = to.routes();
  auto const add = [&](std::string_view method, std::string const& pattern, auto call) {
    routes.add(method, pattern, handler{[serves, call](request const& asked) { return call(*serves, asked); }});
  };
  for (auto const& path : paths) {
    auto const all = "/" + path;
    add("GET", all, [](resource_handlers& r, request const& asked) { return r.get_collection(asked); });
    add("POST", all, [](resource_handlers& r, request const& asked) { return r.post(asked); });
    auto const one = all + "/{id}";
    add("GET", one, [](resource_handlers& r, request const& asked) { return r.get_item(asked); });
    add("PUT", one, [](resource_handlers& r, request const& asked) { return r.change_item(asked, put_or_patch::put); });
    add("PATCH", one,
        [](resource_handlers& r, request const& asked) { return r.change_item(asked, put_or_patch::patch); });
    add("DELETE", one, [](resource_handlers& r, request const& asked) { return r.erase_item(asked); });
    routes.add("GET", all + "/search",
               quick_handler{[serves](request const& asked) { return serves->finder_list(asked); }});
    add("GET", all + "/search/{finder}", [](resource_handlers& r, request const& asked) { return r.search(asked); });
  }
}

}  // namespace holdfast::kit
