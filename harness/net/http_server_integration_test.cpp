#include <chrono>
#include <cstdint>
#include <deque>
#include <exception>
#include <future>
#include <stdexcept>
#include <string>
#include <vector>

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>

#include "net/certificate_maker.hpp"
#include "net/http_server.hpp"

namespace holdfast::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

/// Its pieces, then the end, or nothing more for as long as the test lasts, or a failure.
enum class last : std::uint8_t { end, silence, failure };
class told_stream final : public http_stream {
 public:
  told_stream(asio::any_io_executor executor, std::deque<std::string> pieces, last then, bool& is_gone)
      : never_{executor, asio::steady_timer::time_point::max()},
        pieces_{std::move(pieces)},
        then_{then},
        is_gone_{is_gone} {}
  ~told_stream() override { is_gone_ = true; }
  asio::awaitable<std::optional<std::string>> next() override {
    if (pieces_.empty()) {
      if (then_ == last::failure) throw std::runtime_error{"as told"};
      if (then_ == last::silence) co_await never_.async_wait(asio::use_awaitable);
      co_return std::nullopt;
    }
    auto piece = std::move(pieces_.front());
    pieces_.pop_front();
    co_return piece;
  }

 private:
  asio::steady_timer never_;
  std::deque<std::string> pieces_;
  last then_;
  bool& is_gone_;
};

/// Server and client on one thread: whatever waits is run until the client has what it waits for.
class HttpServer : public testing::Test {
 protected:
  HttpServer() {
    auto started = http_server::start(io_.get_executor(), {asio::ip::address_v4::loopback(), 0},
                                      [this](http_request const& request) { return answer(request); },
                                      {.header_bytes = 1024, .body_bytes = 1024, .connections = 4});
    EXPECT_TRUE(started);
    server_ = std::move(*started);
    client_.connect(server_->endpoint());
    client_.non_blocking(true);
  }
  ~HttpServer() override {
    auto stopped = asio::co_spawn(io_, server_->stop(), asio::use_future);
    io_.restart();
    io_.run();
    stopped.get();
  }
  http_reply answer(http_request const& request) {
    seen_ = request;
    if (request.target == "/stream") return stream_of({"one", "two"}, last::end);
    if (request.target == "/endless") return stream_of({"one"}, last::silence);
    if (request.target == "/broken") return stream_of({"one"}, last::failure);
    if (request.target == "/none") return {.answer = {.status = 204, .body = "not to be sent"}};
    if (request.target == "/large") return {.answer = {.body = std::string(20'000'000, 'x')}};
    return {.answer = {.status = 201, .body = request.method + ' ' + request.body, .headers = {{"X-Test", "1"}}}};
  }
  http_reply stream_of(std::deque<std::string> pieces, last then) {
    return {.answer = {},
            .stream = std::make_unique<told_stream>(io_.get_executor(), std::move(pieces), then, stream_is_gone_)};
  }
  void send(std::string const& bytes) {
    client_.non_blocking(false);
    asio::write(client_, asio::buffer(bytes));
    client_.non_blocking(true);
  }
  /// What has come, once it contains `text` or the server has closed.
  std::string receive_until(std::string const& text) {
    std::string got;
    for (int idle = 0; idle < 2000 && got.find(text) == std::string::npos;) {
      io_.restart();
      if (io_.run_one_for(std::chrono::milliseconds{5}) == 0) ++idle;
      char some[4096];
      boost::system::error_code ec;
      auto const n = client_.read_some(asio::buffer(some), ec);
      got.append(some, n);
      if (ec == asio::error::eof || ec == asio::error::connection_reset) return got + "<closed>";
    }
    return got;
  }
  /// Runs the server until it waits for something.
  void settle() {
    io_.restart();
    while (io_.poll() > 0) io_.restart();
  }
  bool run_until(bool const& condition) {
    for (int idle = 0; idle < 2000 && !condition;) {
      io_.restart();
      if (io_.run_one_for(std::chrono::milliseconds{5}) == 0) ++idle;
    }
    return condition;
  }

  asio::io_context io_;
  std::unique_ptr<http_server> server_;
  tcp::socket client_{io_};
  http_request seen_;
  bool stream_is_gone_ = false;
};

TEST_F(HttpServer, AnswersOneRequestAfterTheOther) {
  send("POST /a?b=c HTTP/1.1\r\nHost: x\r\nAccept: a/b\r\nAuthorization: Bearer t\r\nContent-Length: 2\r\n\r\nhi");
  auto const first = receive_until("POST hi");
  EXPECT_EQ(first.find("HTTP/1.1 201 "), 0U);
  EXPECT_NE(first.find("X-Test: 1\r\n"), std::string::npos);
  EXPECT_EQ(seen_.target, "/a?b=c");
  EXPECT_EQ(seen_.accept, "a/b");
  EXPECT_EQ(seen_.authorization, "Bearer t");
  send("GET /again HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_NE(receive_until("GET ").find("201"), std::string::npos);
}

TEST_F(HttpServer, ReadsARequestByteByByte) {
  for (char const byte : std::string{"POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                                     "3\r\none\r\n4;x=y\r\ntwo!\r\n0\r\nX-Trailer: 1\r\n\r\n"}) {
    EXPECT_TRUE(seen_.method.empty());
    send(std::string{byte});
    settle();
  }
  EXPECT_NE(receive_until("POST onetwo!").find("201"), std::string::npos);
}

TEST_F(HttpServer, AnswersRequestsThatCameTogether) {
  std::string const one = "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n";
  send(one + "one" + one + "two" + "GET /three HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  auto const answers = receive_until("<never>");
  auto const first = answers.find("POST one");
  auto const second = answers.find("POST two");
  EXPECT_LT(first, second);
  EXPECT_LT(second, answers.find("GET <closed>"));
}

TEST_F(HttpServer, ARequestThatEndsTooSoonIsNotHandled) {
  for (std::string const bytes :
       {"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\non", "GET /a HTTP/1.1\r\nHo"}) {
    tcp::socket other{io_};
    other.connect(server_->endpoint());
    asio::write(other, asio::buffer(bytes));
    other.shutdown(tcp::socket::shutdown_send);
    settle();
    std::string answer;
    boost::system::error_code ec;
    asio::read(other, asio::dynamic_buffer(answer), ec);
    EXPECT_EQ(answer, "") << bytes;
    EXPECT_TRUE(seen_.method.empty()) << bytes;
  }
}

TEST_F(HttpServer, AHeadHasNoBody) {
  send("HEAD /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  auto const answer = receive_until("<never>");
  EXPECT_NE(answer.find("Content-Length: 5\r\n"), std::string::npos);
  EXPECT_NE(answer.find("\r\n\r\n<closed>"), std::string::npos);
}

TEST_F(HttpServer, StreamsInChunksAndCloses) {
  send("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
  auto const answer = receive_until("<never>");
  EXPECT_NE(answer.find("Connection: close\r\n"), std::string::npos);
  EXPECT_NE(answer.find("3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n<closed>"), std::string::npos);
}

TEST_F(HttpServer, AStreamEndsWithItsReader) {
  send("GET /endless HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_NE(receive_until("one").find("one"), std::string::npos);
  EXPECT_FALSE(stream_is_gone_);
  client_.close();
  EXPECT_TRUE(run_until(stream_is_gone_));
}

TEST_F(HttpServer, AStreamEndsWithItsReaderAlsoWhenThatHasSentMore) {
  send("GET /endless HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_NE(receive_until("one").find("one"), std::string::npos);
  send("GET /early HTTP/1.1\r\n");
  settle();
  EXPECT_FALSE(stream_is_gone_);
  client_.close();
  EXPECT_TRUE(run_until(stream_is_gone_));
}

TEST_F(HttpServer, AStreamThatFailsIsCutOff) {
  send("GET /broken HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_TRUE(receive_until("<never>").ends_with("3\r\none\r\n<closed>"));
}

TEST_F(HttpServer, TheHeadOfAStreamNamesNoLength) {
  send("HEAD /stream HTTP/1.1\r\nHost: x\r\n\r\n");
  auto const answer = receive_until("<never>");
  EXPECT_EQ(answer.find("Content-Length"), std::string::npos) << answer;
  EXPECT_TRUE(answer.ends_with("\r\n\r\n<closed>"));
}

TEST_F(HttpServer, HttpTenGetsAStreamWithoutChunks) {
  send("GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_TRUE(receive_until("<never>").ends_with("\r\n\r\nonetwo<closed>"));
}

TEST_F(HttpServer, AnAnswerWithoutContentHasNoBody) {
  send("GET /none HTTP/1.1\r\nHost: x\r\n\r\nGET /again HTTP/1.1\r\nHost: x\r\n\r\n");
  auto const answers = receive_until("GET ");
  EXPECT_EQ(answers.substr(0, answers.find("HTTP/1.1 201")).find("Content-Length"), std::string::npos) << answers;
  EXPECT_EQ(answers.find("not to be sent"), std::string::npos);
}

TEST_F(HttpServer, TooMuchIsRefusedWithItsStatus) {
  send("GET /" + std::string(2000, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_NE(receive_until("<never>").find(" 431 "), std::string::npos);
}

TEST_F(HttpServer, ABodyThatIsTooLargeIsRefused) {
  send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n");
  EXPECT_NE(receive_until("<never>").find(" 413 "), std::string::npos);
}

TEST_F(HttpServer, WhoStillSendsWhatIsRefusedGetsTheAnswer) {
  std::string const body(8'000'000, 'x');
  send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n");
  boost::system::error_code ec;
  for (std::size_t sent = 0; sent < body.size() && (!ec || ec == asio::error::would_block);) {
    sent += client_.write_some(asio::buffer(body) + sent, ec);
    io_.restart();
    io_.run_one_for(std::chrono::milliseconds{5});
  }
  EXPECT_FALSE(ec && ec != asio::error::would_block) << ec.message();
  EXPECT_NE(receive_until("<never>").find(" 413 "), std::string::npos);
}

/// The destructor would wait for them.
TEST_F(HttpServer, StopsUnderEveryKindOfConnection) {
  std::vector<tcp::socket> clients;
  for (std::string const bytes :
       {"GET /half HTTP/1.1\r\n", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf", "rubbish\r\n\r\n"}) {
    clients.emplace_back(io_).connect(server_->endpoint());
    asio::write(clients.back(), asio::buffer(bytes));
  }
  send("GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
  settle();
  bool has_stopped = false;
  asio::co_spawn(io_, server_->stop(), [&](std::exception_ptr const& failure) { has_stopped = !failure; });
  settle();
  EXPECT_TRUE(has_stopped);
}

TEST_F(HttpServer, RubbishIsRefused) {
  send("rubbish\r\n\r\n");
  EXPECT_NE(receive_until("<never>").find(" 400 "), std::string::npos);
}

TEST_F(HttpServer, WaitsForABodyThatAsksFirst) {
  send("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_NE(receive_until("100 Continue").find("100 Continue"), std::string::npos);
  send("hi");
  EXPECT_NE(receive_until("POST hi").find("201"), std::string::npos);
}

/// Over TLS, trusting the certificate that is given: the answer to one request.
asio::awaitable<std::string> ask_over_tls(tcp::endpoint at, std::string const& trusted) {
  asio::ssl::context context{asio::ssl::context::tls_client};
  context.add_certificate_authority(asio::buffer(trusted));
  context.set_verify_mode(asio::ssl::verify_peer);
  asio::ssl::stream<tcp::socket> stream{co_await asio::this_coro::executor, context};
  co_await stream.next_layer().async_connect(at, asio::use_awaitable);
  co_await stream.async_handshake(asio::ssl::stream_base::client, asio::use_awaitable);
  std::string const request = "GET /secret HTTP/1.1\r\nHost: x\r\n\r\n";
  co_await asio::async_write(stream, asio::buffer(request), asio::use_awaitable);
  std::string answer;
  co_await asio::async_read_until(stream, asio::dynamic_buffer(answer), "GET ", asio::use_awaitable);
  co_return answer;
}

TEST_F(HttpServer, SpeaksTlsWithTheCertificateItIsGiven) {
  auto const own = make_certificate({.common_name = "holdfast", .dns_names = {}, .addresses = {"127.0.0.1"}});
  auto secure = http_server::start(
      io_.get_executor(), {asio::ip::address_v4::loopback(), 0},
      [this](http_request const& request) { return answer(request); }, {},
      http_server_certificate{own.certificate, own.key});
  ASSERT_TRUE(secure);
  auto answered = asio::co_spawn(io_, ask_over_tls((*secure)->endpoint(), own.certificate), asio::use_future);
  bool is_answered = false;
  for (int idle = 0; idle < 2000 && !is_answered; ++idle) {
    io_.restart();
    io_.run_one_for(std::chrono::milliseconds{5});
    is_answered = answered.wait_for(std::chrono::seconds{0}) == std::future_status::ready;
  }
  ASSERT_TRUE(is_answered);
  EXPECT_NE(answered.get().find("HTTP/1.1 201 "), std::string::npos);
  auto stopped = asio::co_spawn(io_, (*secure)->stop(), asio::use_future);
  while (stopped.wait_for(std::chrono::seconds{0}) != std::future_status::ready) {
    io_.restart();
    io_.run_one_for(std::chrono::milliseconds{5});
  }
}

TEST_F(HttpServer, ACertificateThatIsNoneIsRefused) {
  auto const refused = http_server::start(
      io_.get_executor(), {asio::ip::address_v4::loopback(), 0}, [](auto const&) { return http_reply{}; }, {},
      http_server_certificate{"none", "none"});
  EXPECT_FALSE(refused);
}

TEST_F(HttpServer, TellsWhyItCannotListen) {
  auto const second =
      http_server::start(io_.get_executor(), server_->endpoint(), [](auto const&) { return http_reply{}; });
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error(), boost::system::errc::address_in_use);
}

}  // namespace
}  // namespace holdfast::net
