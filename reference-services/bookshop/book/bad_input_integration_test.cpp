// What hostile and broken clients send: the right status, nothing stored, nothing told, and the service goes on.
#include "bookshop/book/book_fixture.hpp"

namespace holdfast::bookshop {
namespace {

struct BadInput : BookService {
  kit::service_process service = start();
  std::uint16_t port = service.port();
  void SetUp() override { ASSERT_EQ(add_book(port, 1, 10).status, 201); }
  void TearDown() override {
    EXPECT_EQ(book_count(port), 1);
    EXPECT_EQ(stock_of(port, 1), 10);
    ASSERT_TRUE(kit::eventually([&] { return topic.count("Registered") == 1; }));
    EXPECT_EQ(topic.events().size(), 1U);
    EXPECT_TRUE(service.is_running());
    service.send_signal(15);
    EXPECT_EQ(service.wait(), 0) << service.errors();
  }
  int status_of(std::string const& bytes) const { return status_of(bytes, port); }
  static int status_of(std::string const& bytes, std::uint16_t at) {
    kit::probe_connection connection{at};
    connection.send(bytes);
    return connection.receive().status;
  }
  int status_of_body(std::string const& target, std::string body, std::string content_type = "application/json") const {
    return kit::ask(port, {.method = "POST",
                           .target = target,
                           .body = std::move(body),
                           .headers = {{"Idempotency-Key", "bad"}},
                           .content_type = std::move(content_type)})
        .status;
  }
};

TEST_F(BadInput, BodiesThatAreNoBook) {
  auto const nested = [](std::size_t depth) {
    return R"({"bookId":1,"stock":1,"qty":1,"x":)" + std::string(depth, '[') + std::string(depth, ']') + "}";
  };
  for (auto const* const target : {"/books", "/stock/modify"}) {
    for (auto const& body :
         {std::string{}, std::string{"{"}, std::string{"[]"}, std::string{"1"}, std::string{"{\"bookId\":}"},
          std::string{R"({"bookId":1,"stock":1,"qty":1}})"}, std::string{R"({"bookId":{},"stock":1,"qty":1})"},
          std::string{R"({"bookId":1,"stock":"ten","qty":"ten"})"}, std::string{R"({"bookId":1,"stock":-1,"qty":-1})"},
          std::string{R"({"bookId":1,"stock":1e99,"qty":1e99})"}, std::string{R"({"bookId":1,"stock":1.5,"qty":1.5})"},
          std::string{R"({"bookId":1,"stock":true,"qty":false})"},
          std::string{"{\"bookId\":1,\"stock\":1,\"qty\":1,\"title\":\"\xff\xfe\"}"},
          std::string{"{\"bookId\":1,\"stock\":1,\"qty\":1\0}", 31}, nested(200), nested(200'000)}) {
      EXPECT_EQ(status_of_body(target, body, body.empty() ? "" : "application/json"), body.empty() ? 415 : 400)
          << target << ' ' << body.substr(0, 60);
    }
    EXPECT_EQ(status_of_body(target, R"({"bookId":1,"stock":1,"qty":1})", "text/plain"), 415);
    EXPECT_EQ(status_of_body(target, "bookId=1&stock=1", "application/x-www-form-urlencoded"), 415);
    EXPECT_EQ(status_of_body(target, R"({"bookId":1,"stock":1,"qty":1})", "application/json;charset=utf-16"), 415);
  }
}

TEST_F(BadInput, AHundredMegabytes) {
  EXPECT_EQ(status_of("POST /books HTTP/1.1\r\nHost: b\r\nContent-Type: application/json\r\n"
                      "Content-Length: 104857600\r\n\r\n"),
            413)
      << "told before any of it is sent";
  kit::probe_connection chunked{port};
  chunked.send(
      "POST /books HTTP/1.1\r\nHost: b\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
  std::string const part = "10000\r\n" + std::string(0x10000, ' ') + "\r\n";
  for (int i = 0; i < 128 && chunked.send(part); ++i) {
  }
  EXPECT_EQ(chunked.receive().status, 413);
}

TEST_F(BadInput, HeadsThatAreTooLargeOrAmbiguous) {
  EXPECT_EQ(status_of("GET /books HTTP/1.1\r\nHost: b\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n"), 431);
  EXPECT_EQ(status_of("GET /books HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"), 400);
  EXPECT_EQ(status_of("GET /books HTTP/1.1\r\n\r\n"), 400);
  EXPECT_EQ(status_of("POST /books HTTP/1.1\r\nHost: b\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{} "), 400);
  EXPECT_EQ(status_of("POST /books HTTP/1.1\r\nHost: b\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}"),
            400);
  EXPECT_EQ(status_of("POST /stock/abort HTTP/1.1\r\nHost: b\r\nIdempotency-Key: a\r\nIdempotency-Key: b\r\n\r\n"),
            400);
  EXPECT_EQ(status_of("nonsense\r\n\r\n"), 400);
}

TEST_F(BadInput, PathsThatLeadOutOrNowhere) {
  for (auto const* const path : {"/books/../../etc/passwd", "/books/%2e%2e/%2e%2e/etc/passwd", "/books/%00", "/%zz"}) {
    EXPECT_EQ(status_of(std::string{"GET "} + path + " HTTP/1.1\r\nHost: b\r\n\r\n"), 400) << path;
  }
  EXPECT_EQ(get(port, "/etc/passwd").status, 404);
  EXPECT_EQ(get(port, "/books/x").status, 400);
  EXPECT_EQ(get(port, "/books/99999999999999999999").status, 400);
  EXPECT_EQ(get(port, "/books/-1").status, 404);
  EXPECT_EQ(send(port, "DELETE", "/books", "").status, 405);
  EXPECT_EQ(get(port, "/stock/modify").status, 405);
}

TEST_F(BadInput, ClientsThatTakeTheirTime) {
  auto replica = start({{"HEADER_TIMEOUT_MS", "200"}, {"BODY_TIMEOUT_MS", "200"}});
  EXPECT_EQ(status_of("GET /books HTTP/1.1\r\nHost:", replica.port()), 408);
  EXPECT_EQ(status_of("POST /books HTTP/1.1\r\nHost: b\r\nContent-Type: application/json\r\n"
                      "Content-Length: 9\r\n\r\n{",
                      replica.port()),
            408);
}

TEST_F(BadInput, HugeQuantities) {
  for (auto const quantity : {std::int64_t{2'147'483'647}, std::int64_t{-2'147'483'648}}) {
    EXPECT_EQ(check_and_modify(port, 1, quantity).body, "false");
  }
  EXPECT_EQ(modify(port, 1, 2'147'483'647, "huge").status, 409);
  EXPECT_EQ(modify(port, 1, 4'294'967'297, "wraps").status, 400);
  EXPECT_EQ(modify(port, 1, -1, "negative").status, 400);
  EXPECT_EQ(check_and_modify(port, 1, 4'294'967'297).status, 400);
}

}  // namespace
}  // namespace holdfast::bookshop
