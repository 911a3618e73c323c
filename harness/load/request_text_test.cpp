#include "load/request_text.hpp"

#include <gtest/gtest.h>

namespace holdfast::load {
namespace {

header_line line(std::string_view name, std::string_view value) {
  return {std::string{name}, text_template::literal(value)};
}

TEST(RequestText, RendersARequest) {
  EXPECT_EQ(plain_request({.target = text_template::literal("/a?b=c"), .host = "h:81"}),
            "GET /a?b=c HTTP/1.1\r\nHost: h:81\r\nUser-Agent: holdfast\r\nAccept: */*\r\n\r\n");
}

TEST(RequestText, RendersABodyWithItsLength) {
  EXPECT_EQ(plain_request({.method = "POST", .host = "h", .headers = {line("Content-Type", "text/plain")}}, "a\r\nb"),
            "POST / HTTP/1.1\r\nHost: h\r\nUser-Agent: holdfast\r\nAccept: */*\r\nContent-Type: text/plain\r\n"
            "Content-Length: 4\r\n\r\na\r\nb");
}

TEST(RequestText, MethodsThatExpectABodySayThatThereIsNone) {
  for (auto const* method : {"POST", "PUT", "PATCH"}) {
    EXPECT_NE(plain_request({.method = method}).find("\r\nContent-Length: 0\r\n"), std::string::npos) << method;
  }
  for (auto const* method : {"GET", "HEAD", "DELETE", "OPTIONS"}) {
    EXPECT_EQ(plain_request({.method = method}).find("Content-Length"), std::string::npos) << method;
  }
  EXPECT_NE(plain_request({.method = "DELETE"}, "").find("\r\nContent-Length: 0\r\n"), std::string::npos);
}

TEST(RequestText, TheUsersHeadersReplaceOurs) {
  auto const text = plain_request({.host = "h",
                                   .headers = {line("X-A", "1"), line("host", "other"), line("USER-AGENT", "me"),
                                               line("accept", "text/html"), line("X-A", "2")}});
  EXPECT_EQ(text, "GET / HTTP/1.1\r\nHost: other\r\nUser-Agent: me\r\nAccept: text/html\r\nX-A: 1\r\nX-A: 2\r\n\r\n");
}

struct connection_case {
  char const* claim;
  request_outline outline;
  std::string_view line;  // empty: no Connection line
  bool closes;
};

TEST(RequestText, SaysWhatBecomesOfTheConnection) {
  for (auto const& c : {
           connection_case{"HTTP/1.1 keeps it without a word", {}, "", false},
           connection_case{"HTTP/1.1 says close", {.connection = connection_use::close}, "Connection: close", true},
           connection_case{
               "HTTP/1.0 says keep-alive", {.version = http_version::http_1_0}, "Connection: keep-alive", false},
           connection_case{"HTTP/1.0 closes without a word",
                           {.version = http_version::http_1_0, .connection = connection_use::close},
                           "",
                           true},
           connection_case{
               "the user's word counts", {.headers = {line("Connection", "close")}}, "Connection: close", true},
           connection_case{"also against ours",
                           {.headers = {line("Connection", "Keep-Alive, x")}, .connection = connection_use::close},
                           "Connection: Keep-Alive, x",
                           false},
       }) {
    SCOPED_TRACE(c.claim);
    auto const text = plain_request(c.outline);
    EXPECT_EQ(text.find("Connection:") != std::string::npos, !c.line.empty());
    EXPECT_NE(text.find(c.line), std::string::npos) << text;
    EXPECT_EQ(text.find(" HTTP/1.0\r\n") != std::string::npos, c.outline.version == http_version::http_1_0);
    EXPECT_EQ(closes_connection(c.outline), c.closes);
  }
}

TEST(RequestText, CompilesPlaceholdersInTargetAndHeaders) {
  constexpr variable_name known{"id", 0};
  auto const part = [&](std::string_view text) { return *text_template::compile(text, {.variables = {&known, 1}}); };
  auto const head = compile_head({.target = part("/x/{{id}}"), .host = "h", .headers = {{"X-Id", part("<{{id}}>")}}});
  EXPECT_FALSE(head.is_static());
  random_engine random{1};
  std::string_view const value = "17";
  std::string out;
  head.render({.variables = {&value, 1}, .random = random}, out);
  EXPECT_EQ(out, "GET /x/17 HTTP/1.1\r\nHost: h\r\nUser-Agent: holdfast\r\nAccept: */*\r\nX-Id: <17>\r\n");
}

TEST(RequestText, EncodesBasicCredentials) {
  auto const encoded = [](std::string_view user, std::string_view password) {
    std::string out;
    append_basic_credentials(out, user, password);
    return out;
  };
  EXPECT_EQ(encoded("Aladdin", "open sesame"), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");  // RFC 7617, 2
  EXPECT_EQ(encoded("test", "123\xc2\xa3"), "Basic dGVzdDoxMjPCow==");                 // RFC 7617, 2.1
  EXPECT_EQ(encoded("", ""), "Basic Og==");
  EXPECT_EQ(encoded("a", "b"), "Basic YTpi");
  EXPECT_EQ(encoded("a", "bc"), "Basic YTpiYw==");
  EXPECT_EQ(encoded("a", "bcd"), "Basic YTpiY2Q=");
}

TEST(RequestText, RefusesWhatCouldSplitARequest) {
  for (auto const* value : {"a\r\nX: 1", "a\nb", "a\rb", "a\x7f"}) EXPECT_TRUE(header_value_problem(value)) << value;
  EXPECT_TRUE(header_value_problem(std::string_view{"a\0b", 3}));
  EXPECT_FALSE(header_value_problem("text/html;\tq=0.5 \xc3\xa9"));
  for (auto const* name : {"", "A B", "A:", "A\r\n", "Content-Length", "transfer-encoding", "\xc3\xa9"}) {
    EXPECT_TRUE(header_name_problem(name)) << name;
  }
  EXPECT_FALSE(header_name_problem("X-Request-Id"));
  for (auto const* target : {"", "a", "/a b", "/a\r\n", "/\xc3\xa9", "http://h/"})
    EXPECT_TRUE(target_problem(target)) << target;
  EXPECT_FALSE(target_problem("/a%20b?c=d&e=[1]"));
  EXPECT_FALSE(target_problem("*"));
  for (auto const* method : {"", "GET ", "G\r\n", "CONNECT"}) EXPECT_TRUE(method_problem(method)) << method;
  EXPECT_FALSE(method_problem("PURGE"));
}

}  // namespace
}  // namespace holdfast::load
