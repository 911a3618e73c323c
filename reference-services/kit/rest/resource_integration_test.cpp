// The routes of a resource, asked of a real process.
#include "kit/rest/notes_fixture.hpp"

namespace holdfast::kit {
namespace {

struct NotesResource : NotesService {
  service_process service = start();
  std::uint16_t port = service.port();

  probe_answer send(std::string const& method, std::string const& target, std::string const& body = {}) const {
    return ask(port, {.method = method, .target = target, .body = body, .headers = {{"Accept", "*/*"}}});
  }
  void SetUp() override { ASSERT_NE(port, 0) << service.errors(); }
};

TEST_F(NotesResource, PostAnswersWithTheItemAndItsLocation) {
  auto const made = send("POST", "/notes/", R"({"title":"a","stars":"3","unknown":[1]})");
  EXPECT_EQ(made.status, 201);
  EXPECT_EQ(made.header("location"), "http://service:8080/notes/1");
  EXPECT_EQ(made.header("content-type"), "application/hal+json;charset=UTF-8");
  EXPECT_EQ(made.body, R"({
  "title" : "a",
  "author" : null,
  "stars" : 3,
  "status" : "open",
  "_links" : {
    "self" : {
      "href" : "http://service:8080/notes/1"
    },
    "note" : {
      "href" : "http://service:8080/notes/1"
    }
  }
})");
  EXPECT_EQ(send("GET", "/notes/1").body, made.body);
}

TEST_F(NotesResource, BodiesOfChangesComeOnlyToThoseWhoAccept) {
  auto const quiet = [&](std::string const& method, std::string const& target, std::string const& body) {
    return ask(port, {.method = method, .target = target, .body = body});
  };
  auto const made = quiet("POST", "/notes", R"({"title":"a"})");
  EXPECT_EQ(made.status, 201);
  EXPECT_EQ(made.body, "");
  EXPECT_NE(made.header("location"), "");
  EXPECT_EQ(quiet("PATCH", "/notes/1", R"({"stars":1})").status, 204);
  EXPECT_EQ(quiet("PUT", "/notes/1", R"({"title":"b"})").status, 204);
}

TEST_F(NotesResource, PatchChangesWhatIsGivenAndPutEverythingButWhatTheServiceOwns) {
  send("POST", "/notes", R"({"title":"a","author":"x","stars":1})");
  auto const patched = send("PATCH", "/notes/1", R"({"stars":2})").json();
  EXPECT_EQ(patched["author"], "x");
  EXPECT_EQ(patched["stars"], 2);
  auto const put = send("PUT", "/notes/1", R"({"title":"b"})").json();
  EXPECT_TRUE(put["author"].is_null());
  EXPECT_EQ(put["status"], "open");
  EXPECT_EQ(send("PATCH", "/notes/1", R"({"status":"closed"})").status, 400);
  EXPECT_EQ(send("PATCH", "/notes/1", R"({"status":"open"})").status, 200) << "the same value is no change";
  EXPECT_EQ(send("PATCH", "/notes/1", R"({"title":null})").status, 400) << "the merged document is validated";
  EXPECT_EQ(send("PATCH", "/notes/99", R"({"stars":2})").status, 404);
}

TEST_F(NotesResource, PutOfAnAbsentIdMakesANewOne) {
  auto const made = send("PUT", "/notes/77", R"({"title":"a"})");
  EXPECT_EQ(made.status, 201);
  EXPECT_EQ(made.header("location"), "http://service:8080/notes/1");
}

TEST_F(NotesResource, DeletedIdsAreGoneForEver) {
  send("POST", "/notes", R"({"title":"a"})");
  EXPECT_EQ(send("DELETE", "/notes/1").status, 204);
  EXPECT_EQ(send("DELETE", "/notes/1").status, 404);
  auto const gone = send("GET", "/notes/1");
  EXPECT_EQ(gone.status, 404);
  EXPECT_EQ(gone.body, "");
  EXPECT_EQ(send("POST", "/notes", R"({"title":"b"})").header("location"), "http://service:8080/notes/2");
}

TEST_F(NotesResource, AnIdInTheBodyIsIgnored) {
  send("POST", "/notes", R"({"title":"a"})");
  EXPECT_EQ(send("POST", "/notes", R"({"id":1,"title":"b"})").header("location"), "http://service:8080/notes/2");
}

TEST_F(NotesResource, FindersAnswerListsOrItems) {
  send("POST", "/notes", R"({"title":"a","author":"x y"})");
  send("POST", "/notes", R"({"title":"b","author":"x y"})");
  auto const found = send("GET", "/notes/search/findByAuthor?author=x%20y");
  EXPECT_EQ(found.json()["_embedded"]["notes"].size(), 2U);
  EXPECT_EQ(found.json()["_links"]["self"]["href"], "http://service:8080/notes/search/findByAuthor?author=x%20y");
  EXPECT_EQ(send("GET", "/notes/search/findFirst?author=x+y").json()["title"], "a");
  EXPECT_EQ(send("GET", "/notes/search/findFirst?author=z").status, 404);
  EXPECT_EQ(send("GET", "/notes/search/findByAuthor").status, 400);
  EXPECT_EQ(send("GET", "/notes/search/nothing?author=x").status, 404);
  EXPECT_EQ(send("GET", "/notes/search").status, 200);
  EXPECT_EQ(send("GET", "/echoes/search/findByNoteId?noteId=x").status, 400);
}

TEST_F(NotesResource, PagesAreCutAndSorted) {
  for (auto const* const stars : {"3", "1", "2"}) {
    send("POST", "/notes", std::string{R"({"title":"t","stars":)"} + stars + "}");
  }
  auto const page = send("GET", "/notes?size=2&sort=stars,desc").json();
  EXPECT_EQ(page["_embedded"]["notes"][0]["stars"], 3);
  EXPECT_EQ(page["page"]["totalPages"], 2);
  EXPECT_EQ(page["_links"]["next"]["href"], "http://service:8080/notes?page=1&size=2&sort=stars,desc");
  EXPECT_TRUE(send("GET", "/echoes").json().contains("_embedded"));
  EXPECT_EQ(send("GET", "/Echoes").status, 200) << "an alias";
}

TEST_F(NotesResource, HeadAndOptions) {
  send("POST", "/notes", R"({"title":"a"})");
  auto const head = send("HEAD", "/notes/1");
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.header("content-length"), std::to_string(send("GET", "/notes/1").body.size()));
  auto const options = send("OPTIONS", "/notes");
  EXPECT_EQ(options.status, 200);
  EXPECT_NE(options.header("allow").find("POST"), std::string::npos);
  auto const refused = send("DELETE", "/notes");
  EXPECT_EQ(refused.status, 405);
  EXPECT_NE(refused.header("allow").find("GET"), std::string::npos);
}

struct bad_case {
  char const* claim;
  probe_request asked;
  int status;
};

TEST_F(NotesResource, BadInputGetsItsStatusAndStoresNothing) {
  std::string deep = R"({"title":"a","x":)" + std::string(10'000, '[') + std::string(10'000, ']') + "}";
  std::string const good = R"({"title":"a"})";
  for (auto const& c : {
           bad_case{"no JSON", {.method = "POST", .target = "/notes", .body = "{"}, 400},
           bad_case{"an array", {.method = "POST", .target = "/notes", .body = "[]"}, 400},
           bad_case{"a wrong type", {.method = "POST", .target = "/notes", .body = R"({"title":{}})"}, 400},
           bad_case{
               "a huge number", {.method = "POST", .target = "/notes", .body = R"({"title":"a","stars":1e99})"}, 400},
           bad_case{"deep nesting", {.method = "POST", .target = "/notes", .body = deep}, 400},
           bad_case{"no UTF-8", {.method = "POST", .target = "/notes", .body = "{\"title\":\"\xC0\x80\"}"}, 400},
           bad_case{"a missing title", {.method = "POST", .target = "/notes", .body = "{}"}, 400},
           bad_case{
               "refused by a hook", {.method = "POST", .target = "/notes", .body = R"({"title":"forbidden"})"}, 400},
           bad_case{"no body",
                    {.method = "POST",
                    .target = "/notes",
                    .headers = {{"Content-Type", "application/json"}, {"Content-Length", "0"}}},
                    400},
           bad_case{"another media type",
                    {.method = "POST", .target = "/notes", .body = good, .content_type = "text/plain"},
                    415},
           bad_case{"no media type", {.method = "POST", .target = "/notes", .body = good, .content_type = ""}, 415},
           bad_case{
               "a JSON patch",
               {.method = "PATCH", .target = "/notes/1", .body = "[]", .content_type = "application/json-patch+json"},
               415},
           bad_case{"an id that is no number", {.method = "GET", .target = "/notes/x"}, 400},
           bad_case{"an id beyond 64 bits", {.method = "GET", .target = "/notes/99999999999999999999"}, 400},
           bad_case{"an unknown path", {.method = "GET", .target = "/nothing"}, 404},
           bad_case{"path traversal", {.method = "GET", .target = "/notes/../../etc/passwd"}, 400},
           bad_case{"long heads",
                    {.method = "GET", .target = "/notes", .headers = {{"X-Long", std::string(20'000, 'x')}}},
                    431},
           bad_case{"long bodies", {.method = "POST", .target = "/notes", .body = std::string(2'000'000, ' ')}, 413},
           bad_case{"a bug of the service", {.method = "GET", .target = "/broken"}, 500},
       }) {
    SCOPED_TRACE(c.claim);
    EXPECT_EQ(ask(port, c.asked).status, c.status);
  }
  EXPECT_EQ(count(port, "notes"), 0);
  EXPECT_EQ(count(port, "echoes"), 0);
}

TEST_F(NotesResource, ErrorsAreTheOriginalsDocuments) {
  auto const json = send("GET", "/nothing").json();
  EXPECT_EQ(json["status"], 404);
  EXPECT_EQ(json["error"], "Not Found");
  EXPECT_EQ(json["path"], "/nothing");
  auto const page = ask(port, {.target = "/nothing", .headers = {{"Accept", "text/html"}}});
  EXPECT_TRUE(page.body.starts_with("<html>")) << page.body;
  auto const refused = send("POST", "/notes", "[");
  EXPECT_TRUE(refused.json().contains("cause"));
}

}  // namespace
}  // namespace holdfast::kit
