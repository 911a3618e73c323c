// The smallest service: notes that anybody can write, and an echo of each made from its event. For tests.
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "kit/app/error_page.hpp"
#include "kit/rest/request_document.hpp"
#include "kit/rest/rest_resource.hpp"

namespace holdfast::kit {
namespace {

namespace asio = boost::asio;

struct note {
  std::int64_t id = 0;
  std::optional<std::string> title, author;
  std::optional<std::int32_t> stars;
  std::optional<std::string> status;
  static constexpr auto fields() {
    return std::tuple{field{"title", &note::title}, field{"author", &note::author}, field{"stars", &note::stars},
                      field{"status", &note::status}};
  }
};

struct echo {
  std::int64_t id = 0;
  std::optional<std::int64_t> note_id;
  std::optional<std::string> title;
  static constexpr auto fields() { return std::tuple{field{"noteId", &echo::note_id}, field{"title", &echo::title}}; }
};

constexpr collection<note> notes{0};
constexpr collection<echo> echoes{1};

asio::awaitable<response> slow(app& of, request const& asked) {
  auto const wait = read_integer(asked.query_value("ms").value_or("0")).value_or(0);
  asio::steady_timer timer{of.executor(), std::chrono::milliseconds{wait}};
  co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
  co_return response{.status = 200, .content_type = "text/plain", .body = "done", .headers = {}};
}

void build(app& of) {
  resource_hooks<note> hooks;
  hooks.validate = [](note const& n) -> hook_answer {
    if (!n.title || n.title->empty()) return plain_refusal("title is missing");
    return std::nullopt;
  };
  hooks.before_create = [&of](transaction& in, note& n) -> hook_answer {
    if (n.title == "regretted") of.publish(in, "Noted", 0, {{"id", 0}, {"title", "a phantom"}});
    if (n.title == "regretted") return plain_refusal("thought better of it");
    if (n.title == "forbidden") return plain_refusal("that title is not wanted");
    n.status = "open";
    return std::nullopt;
  };
  hooks.after_create = [&of](transaction& in, note const& n) {
    of.publish(in, "Noted", n.id, {{"id", n.id}, {"title", n.title.value_or("")}});
  };
  add_resource<note>(of, notes, {.collection = "notes", .item = "note"},
                     {{.name = "findByAuthor", .argument = "author", .column = "author"},
                      {.name = "findFirst", .argument = "author", .column = "author", .single = true}},
                     std::move(hooks), {.read_only = {"status"}});
  add_resource<echo>(of, echoes, {.collection = "echoes", .item = "echo", .paging = false, .aliases = {"Echoes"}},
                     {{.name = "findByNoteId", .argument = "noteId", .column = "noteId"}});
  of.on_event("Noted", [](transaction& in, event const& what) {
    if (what.text("title") == "indigestible") throw std::runtime_error{"cannot be applied"};
    echo e{.id = 0, .note_id = what.integer("id"), .title = what.text("title")};
    echoes.insert(in, e);
  });
  of.routes().add("GET", "/slow", handler{[&of](request const& asked) { return slow(of, asked); }});
  of.routes().add("GET", "/broken",
                  quick_handler{[](request const&) -> response { throw std::runtime_error{"a bug"}; }});
}

}  // namespace
}  // namespace holdfast::kit

int main(int argc, char** argv) {
  using namespace holdfast::kit;
  return run_service(argc, argv,
                     {.system = "notebook",
                      .name = "notes",
                      .port = 8080,
                      .keys = {},
                      .tables = {schema_of<note>("notes", {"author"}), schema_of<echo>("echoes", {"noteId"})},
                      .defects = {},
                      .build = build});
}
