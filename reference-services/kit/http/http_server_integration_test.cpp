#include <chrono>
#include <cstddef>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include <boost/asio/buffer.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/write.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kit/http/server.hpp"
#include "kit/http/task_group.hpp"

namespace holdfast::kit {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using namespace std::chrono_literals;

/// A blocking client that sends what it is told.
class client {
 public:
  explicit client(std::uint16_t port, std::string const& address = "127.0.0.1") {
    socket_.connect({asio::ip::make_address(address), port});
  }
  client& send(std::string_view bytes) {
    error_code ignored;  // a server that refuses may close before everything was sent
    asio::write(socket_, asio::buffer(bytes.data(), bytes.size()), ignored);
    return *this;
  }
  client& end_of_sending() {
    socket_.shutdown(tcp::socket::shutdown_send);
    return *this;
  }
  /// Everything until the server closes; "reset" behind it when it did so rudely.
  std::string read_all() {
    error_code ec;
    asio::read(socket_, asio::dynamic_buffer(received_), ec);
    return std::exchange(received_, {}) + (ec == asio::error::eof ? "" : " reset: " + ec.message());
  }
  /// One answer with its body, by its Content-Length.
  std::string read_answer() {
    auto const head = asio::read_until(socket_, asio::dynamic_buffer(received_), "\r\n\r\n");
    auto const at = received_.find("Content-Length: ");
    auto const length = at < head ? std::stoul(received_.substr(at + 16)) : 0;
    if (received_.size() < head + length) {
      asio::read(socket_, asio::dynamic_buffer(received_), asio::transfer_exactly(head + length - received_.size()));
    }
    auto const answer = received_.substr(0, head + length);
    received_.erase(0, head + length);
    return answer;
  }
  tcp::socket& socket() { return socket_; }

 private:
  asio::io_context context_;
  tcp::socket socket_{context_};
  std::string received_;
};

/// A server on a thread of its own.
class http_server_test : public testing::Test {
 protected:
  http_server_test() {
    settings_.every_answer = {{"X-Instance", "one"}};
    settings_.error_page = [](request const* asked, unsigned status) {
      return response{.content_type = "text/plain",
                      .body = "page " + std::to_string(status) + (asked != nullptr ? " " + asked->path : "")};
    };
    settings_.on_finished = [this](finished_request const& done) { statuses_.push_back(done.status); };
    settings_.on_failure = [this](request const*, std::exception_ptr const&) { ++failures_; };
    add_routes();
  }
  ~http_server_test() override {
    if (thread_.joinable()) drain(0ms, 0ms);
  }

  void add_routes() {
    quick_handler const greet = [](request const& asked) {
      return response{.content_type = "text/plain", .body = "order " + asked.captures[0]};
    };
    quick_handler const echo = [](request const& asked) {
      return response{.content_type = "text/plain", .body = asked.body};
    };
    quick_handler const describe = [](request const& asked) {
      return response{.content_type = "text/plain",
                      .body = asked.route + "|" + asked.host + "|" + asked.correlation_id + "|" + asked.peer};
    };
    quick_handler const fail = [](request const&) -> response { throw std::runtime_error{"secret"}; };
    quick_handler const split = [](request const&) { return response{.headers = {{"Location", "/\r\nX: y"}}}; };
    quick_handler const big = [](request const&) {
      return response{.content_type = "text/plain", .body = std::string(20'000'000, 'b')};
    };
    handler const wait = [this](request const& asked) { return wait_at_gate(asked); };
    handler const fail_later = [this](request const&) { return fail_after_a_turn(); };
    routes_.add("GET", "/orders/{id}", greet);
    routes_.add("POST", "/echo", echo);
    routes_.add("GET", "/describe", describe);
    routes_.add("GET", "/fail", fail);
    routes_.add("GET", "/split", split);
    routes_.add("GET", "/big", big);
    routes_.add("GET", "/wait/{id}", wait);
    routes_.add("GET", "/fail-later", fail_later);
  }

  asio::awaitable<response> wait_at_gate(request const& asked) {
    ++waiting_;
    error_code ec;
    co_await gate_.async_wait(asio::redirect_error(asio::use_awaitable, ec));
    co_return response{.content_type = "text/plain", .body = "waited " + asked.captures[0]};
  }
  asio::awaitable<response> fail_after_a_turn() {
    co_await asio::post(context_, asio::use_awaitable);
    throw std::runtime_error{"secret"};
  }

  void start() {
    server_ = http_server::listen(context_.get_executor(), settings_, std::move(routes_));
    group_.spawn(server_->run());
    thread_ = std::thread{[this] { context_.run(); }};
  }
  void drain(nanoseconds delay, nanoseconds grace) {
    begin_drain(delay, grace);
    thread_.join();
  }
  void begin_drain(nanoseconds delay, nanoseconds grace) {
    on_server([&] { group_.spawn(server_->drain(delay, grace)); });
  }
  void open_gate() {
    on_server([&] { gate_.expires_at(asio::steady_timer::time_point::min()); });
  }

  /// Runs it on the server's thread and waits for it.
  template <class Work>
  std::invoke_result_t<Work> on_server(Work work) {
    return asio::post(context_, asio::use_future(std::move(work))).get();
  }
  /// Until it holds on the server's thread. A test that fails runs into its time limit.
  template <class Condition>
  void until(Condition condition) {
    while (!on_server(condition)) std::this_thread::yield();
  }
  void until_waiting(int count) {
    until([this, count] { return waiting_ >= count; });
  }

  client connect() { return client{server_->port()}; }
  std::string answer_to(std::string_view bytes) { return connect().send(bytes).end_of_sending().read_all(); }
  std::string answer_of_open_client(std::string_view bytes) { return connect().send(bytes).read_all(); }

  asio::io_context context_{1};
  asio::steady_timer gate_{context_, asio::steady_timer::time_point::max()};
  server_settings settings_;
  router routes_;
  task_group group_{context_.get_executor()};
  std::unique_ptr<http_server> server_;
  std::thread thread_;
  std::vector<unsigned> statuses_;
  int failures_ = 0;
  int waiting_ = 0;
};

constexpr std::string_view get_order = "GET /orders/7 HTTP/1.1\r\nHost: a\r\n\r\n";

TEST_F(http_server_test, an_answer_has_the_servers_fields) {
  start();
  auto const answer = answer_to(get_order);
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\nDate: "));
  EXPECT_THAT(answer, HasSubstr("\r\nX-Instance: one\r\n"));
  EXPECT_THAT(answer, EndsWith("\r\nContent-Type: text/plain\r\nContent-Length: 7\r\n\r\norder 7"));
}

TEST_F(http_server_test, requests_behind_each_other_are_answered_in_order) {
  start();
  std::string all;
  for (int number = 0; number < 500; ++number) {
    all += "GET /orders/" + std::to_string(number) + " HTTP/1.1\r\nHost: a\r\n\r\n";
  }
  auto open = connect();
  open.send(all);
  for (int number = 0; number < 500; ++number) {
    ASSERT_THAT(open.read_answer(), EndsWith("\r\n\r\norder " + std::to_string(number)));
  }
}

TEST_F(http_server_test, a_slow_request_holds_up_those_behind_it_on_its_connection_only) {
  start();
  auto slow = connect();
  slow.send("GET /wait/1 HTTP/1.1\r\nHost: a\r\n\r\n" + std::string{get_order});
  until_waiting(1);
  EXPECT_EQ(on_server([this] { return server_->requests_in_flight(); }), 1U);
  EXPECT_THAT(answer_to(get_order), EndsWith("order 7"));
  open_gate();
  EXPECT_THAT(slow.read_answer(), EndsWith("waited 1"));
  EXPECT_THAT(slow.read_answer(), EndsWith("order 7"));
}

TEST_F(http_server_test, head_is_answered_like_get_without_the_body) {
  start();
  auto open = connect();
  open.send("HEAD /orders/7 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  auto const answer = open.read_all();
  EXPECT_THAT(answer, HasSubstr("Content-Length: 7\r\n"));
  EXPECT_THAT(answer, EndsWith("\r\n\r\n"));
}

TEST_F(http_server_test, paths_and_methods_without_a_route_get_404_and_405_and_the_connection_stays) {
  start();
  auto open = connect();
  open.send("GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(open.read_answer(), AllOf(StartsWith("HTTP/1.1 404 "), EndsWith("page 404 /nothing")));
  open.send("PUT /orders/7 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nxx");
  EXPECT_THAT(open.read_answer(), AllOf(StartsWith("HTTP/1.1 405 "), HasSubstr("Allow: GET, HEAD, OPTIONS\r\n")));
  open.send("OPTIONS /orders/7 HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(open.read_answer(), AllOf(StartsWith("HTTP/1.1 200 "), HasSubstr("Allow: GET, HEAD, OPTIONS\r\n")));
  open.send("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(open.read_answer(), StartsWith("HTTP/1.1 200 "));
}

TEST_F(http_server_test, refused_requests_get_their_status_and_the_connection_ends) {
  settings_.limits.header_bytes = 300;
  settings_.limits.body_bytes = 10;
  start();
  struct row {
    std::string text;
    std::string status;
  };
  for (auto const& [text, status] : std::vector<row>{
           {"\r\nnonsense\r\n\r\n", "400"},
           {"GET /../etc HTTP/1.1\r\nHost: a\r\n\r\n", "400"},
           {"GET / HTTP/1.1\r\n\r\n", "400"},
           {"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n", "413"},
           {"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nb\r\n12345678901", "413"},
           {"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: tea\r\n\r\n", "417"},
           {"GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(400, 'x'), "431"},
           {"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", "501"},
           {"GET / HTTP/3.0\r\n\r\n", "505"},
       }) {
    auto open = connect();
    auto const answer = open.send(text).read_answer();
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 " + status + " ")) << text;
    EXPECT_THAT(answer, HasSubstr("Connection: close\r\n")) << text;
    EXPECT_THAT(answer, HasSubstr("X-Instance: one\r\n")) << text;
    EXPECT_THAT(answer, HasSubstr("page " + status)) << text;
    EXPECT_EQ(open.read_all(), "") << text;
  }
}

TEST_F(http_server_test, a_refusal_reaches_a_client_that_goes_on_sending) {
  settings_.limits.body_bytes = 10;
  start();
  auto open = connect();
  open.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3000000\r\n\r\n");
  open.send(std::string(3'000'000, 'x')).end_of_sending();
  auto const answer = open.read_all();
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(answer, EndsWith("page 413 /echo"));
}

TEST_F(http_server_test, bodies_arrive_whole_by_length_and_by_chunks) {
  start();
  std::string const body(700'000, 'x');
  auto open = connect();
  open.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 700000\r\n\r\n" + body);
  EXPECT_THAT(open.read_answer(), EndsWith("\r\n\r\n" + body));
  open.send("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
  open.send("5\r\nhello\r\n").send("1\r\n!\r\n0\r\n\r\n");
  EXPECT_THAT(open.read_answer(), EndsWith("\r\n\r\nhello!"));
}

TEST_F(http_server_test, leave_to_send_a_body_is_given) {
  start();
  auto open = connect();
  open.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(open.read_answer(), "HTTP/1.1 100 Continue\r\n\r\n");
  open.send("hi");
  EXPECT_THAT(open.read_answer(), EndsWith("\r\n\r\nhi"));
}

TEST_F(http_server_test, http_1_0_is_closed_unless_it_asks_to_stay) {
  start();
  EXPECT_THAT(answer_of_open_client("GET /orders/7 HTTP/1.0\r\n\r\n"), HasSubstr("Connection: close\r\n"));
  auto open = connect();
  open.send("GET /orders/7 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_THAT(open.read_answer(), HasSubstr("Connection: keep-alive\r\n"));
  open.send(get_order);
  EXPECT_THAT(open.read_answer(), EndsWith("order 7"));
}

TEST_F(http_server_test, handlers_see_route_host_peer_and_correlation_id) {
  start();
  auto open = connect();
  open.send("GET /describe HTTP/1.1\r\nHost: shop:1\r\nX-Correlation-Id: mine\r\n\r\n");
  EXPECT_THAT(open.read_answer(), HasSubstr("/describe|shop:1|mine|127.0.0.1:"));
  open.send("GET /describe HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_THAT(open.read_answer(), HasSubstr("/describe|127.0.0.1:" + std::to_string(server_->port()) + "|"));
  for (std::string const& bad : {std::string{"\xc3\xa4"}, std::string(129, 'a')}) {
    open.send("GET /describe HTTP/1.1\r\nHost: a\r\nX-Correlation-Id: " + bad + "\r\n\r\n");
    EXPECT_THAT(open.read_answer(), testing::ContainsRegex("describe\\|a\\|[0-9a-f]{32}\\|"));
  }
}

TEST_F(http_server_test, a_handler_that_throws_is_a_500_that_tells_nothing) {
  start();
  auto open = connect();
  for (std::string_view const path : {"/fail", "/fail-later", "/split"}) {
    open.send("GET " + std::string{path} + " HTTP/1.1\r\nHost: a\r\n\r\n");
    auto const answer = open.read_answer();
    EXPECT_THAT(answer, AllOf(StartsWith("HTTP/1.1 500 "), EndsWith("page 500 " + std::string{path})));
    EXPECT_THAT(answer, Not(HasSubstr("secret")));
  }
  EXPECT_EQ(on_server([this] { return failures_; }), 3);
}

TEST_F(http_server_test, an_error_page_that_throws_leaves_the_status) {
  settings_.error_page = [](request const*, unsigned) -> response { throw std::runtime_error{"secret"}; };
  start();
  EXPECT_THAT(answer_to("GET /x HTTP/1.1\r\nHost: a\r\n\r\n"),
              AllOf(StartsWith("HTTP/1.1 404 "), EndsWith("Content-Length: 0\r\n\r\n")));
}

TEST_F(http_server_test, slow_heads_and_bodies_get_408) {
  settings_.limits.header_time = 40ms;
  settings_.limits.body_time = 40ms;
  start();
  EXPECT_THAT(answer_of_open_client("GET / HTT"), AllOf(StartsWith("HTTP/1.1 408 "), EndsWith("page 408")));
  EXPECT_THAT(answer_of_open_client("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nx"),
              AllOf(StartsWith("HTTP/1.1 408 "), EndsWith("page 408 /echo")));
}

TEST_F(http_server_test, drops_do_not_postpone_the_end_of_a_slow_head) {
  settings_.limits.header_time = 60ms;
  start();
  auto open = connect();
  open.send("GET / HTTP/1.1\r\nX: ");
  error_code ec;
  while (open.socket().available() == 0) asio::write(open.socket(), asio::buffer("x", 1), ec);
  EXPECT_THAT(open.read_answer(), testing::AnyOf(StartsWith("HTTP/1.1 408 "), StartsWith("HTTP/1.1 431 ")));
}

TEST_F(http_server_test, idle_connections_are_closed_without_a_word) {
  settings_.limits.idle_time = 40ms;
  start();
  EXPECT_EQ(answer_of_open_client(""), "");
  auto open = connect();
  open.send(get_order);
  EXPECT_THAT(open.read_answer(), EndsWith("order 7"));
  EXPECT_EQ(open.read_all(), "");
}

TEST_F(http_server_test, a_client_that_does_not_read_is_cut_off) {
  settings_.limits.write_time = 40ms;
  start();
  auto open = connect();
  open.send("GET /big HTTP/1.1\r\nHost: a\r\n\r\n");
  until([this] { return statuses_.size() == 1 && server_->open_connections() == 0; });
  EXPECT_LT(open.read_all().size(), 20'000'000U);
}

TEST_F(http_server_test, big_answers_arrive_whole) {
  start();
  EXPECT_EQ(answer_to("GET /big HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").substr(0, 15), "HTTP/1.1 200 OK");
  auto open = connect();
  open.send("GET /big HTTP/1.1\r\nHost: a\r\n\r\n" + std::string{get_order});
  EXPECT_THAT(open.read_answer().size(), testing::Gt(20'000'000U));
  EXPECT_THAT(open.read_answer(), EndsWith("order 7"));
}

TEST_F(http_server_test, a_half_closed_client_gets_its_answer) {
  start();
  auto open = connect();
  open.send("GET /wait/1 HTTP/1.1\r\nHost: a\r\n\r\n").end_of_sending();
  until_waiting(1);
  open_gate();
  EXPECT_THAT(open.read_all(), EndsWith("waited 1"));
}

TEST_F(http_server_test, connections_beyond_the_limit_get_503_and_room_comes_back) {
  settings_.limits.connections = 2;
  start();
  auto first = connect();
  {
    auto second = connect();
    until([this] { return server_->open_connections() == 2; });
    EXPECT_THAT(answer_of_open_client(get_order),
                AllOf(StartsWith("HTTP/1.1 503 "), HasSubstr("Connection: close\r\n"), EndsWith("page 503")));
  }
  until([this] { return server_->open_connections() == 1; });
  EXPECT_THAT(answer_to(get_order), EndsWith("order 7"));
}

TEST_F(http_server_test, requests_beyond_the_slots_wait_for_their_turn) {
  settings_.limits.concurrent_requests = 1;
  start();
  auto first = connect();
  first.send("GET /wait/1 HTTP/1.1\r\nHost: a\r\n\r\n");
  until_waiting(1);
  auto second = connect();
  second.send(get_order);
  until([this] { return server_->requests_in_flight() == 2; });
  EXPECT_EQ(second.socket().available(), 0U);
  open_gate();
  EXPECT_THAT(first.read_answer(), EndsWith("waited 1"));
  EXPECT_THAT(second.read_answer(), EndsWith("order 7"));
}

TEST_F(http_server_test, draining_lets_requests_in_flight_end_and_closes_idle_connections) {
  start();
  auto idle = connect();
  auto busy = connect();
  busy.send("GET /wait/1 HTTP/1.1\r\nHost: a\r\n\r\n");
  until_waiting(1);
  begin_drain(0ms, 60s);
  EXPECT_EQ(idle.read_all(), "");
  EXPECT_THROW(connect(), boost::system::system_error);
  open_gate();
  EXPECT_THAT(busy.read_all(), AllOf(HasSubstr("Connection: close\r\n"), EndsWith("waited 1")));
  thread_.join();
}

TEST_F(http_server_test, while_draining_is_delayed_requests_are_served_and_told_to_close) {
  start();
  begin_drain(1h, 60s);
  EXPECT_THAT(answer_of_open_client(get_order), AllOf(HasSubstr("Connection: close\r\n"), EndsWith("order 7")));
  drain(0ms, 0ms);
}

TEST_F(http_server_test, draining_gives_up_after_its_grace) {
  start();
  auto busy = connect();
  busy.send("GET /wait/1 HTTP/1.1\r\nHost: a\r\n\r\n");
  until_waiting(1);
  drain(0ms, 20ms);
  EXPECT_THAT(busy.read_all(), Not(HasSubstr("200")));
}

TEST_F(http_server_test, under_load_a_drain_leaves_no_request_half_answered) {
  start();
  std::vector<std::thread> clients;
  std::vector<std::string> problems(4);
  for (auto& problem : problems) {
    clients.emplace_back([this, &problem] {
      try {
        auto open = connect();
        for (bool stays = true; stays;) {
          auto const answer = open.send(get_order).read_answer();
          if (!answer.ends_with("order 7")) problem = answer;
          stays = answer.find("Connection: close") == std::string::npos;
        }
      } catch (std::exception const& error) {
        problem = error.what();
      }
    });
  }
  until([this] { return statuses_.size() > 200; });
  drain(30ms, 60s);
  for (auto& each : clients) each.join();
  EXPECT_THAT(problems, testing::Each(""));
}

TEST_F(http_server_test, hostile_bytes_do_no_harm) {
  start();
  std::uint64_t state = 88172645463325252U;
  auto const random = [&state] {
    state ^= state << 13U, state ^= state >> 7U, state ^= state << 17U;
    return state;
  };
  std::string const valid =
      "POST /echo?a=%41 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n";
  for (int attempt = 0; attempt < 300; ++attempt) {
    auto bytes = valid;
    for (auto changes = random() % 4 + 1; changes > 0; --changes)
      bytes[random() % bytes.size()] = static_cast<char>(random());
    answer_to(bytes);
  }
  EXPECT_THAT(answer_to(get_order), EndsWith("order 7"));
}

TEST_F(http_server_test, ipv6_addresses_work) {
  settings_.address = "::1";
  try {
    start();
  } catch (boost::system::system_error const& error) {
    GTEST_SKIP() << error.what();
  }
  client open{server_->port(), "::1"};
  open.send("GET /describe HTTP/1.0\r\n\r\n");
  EXPECT_THAT(open.read_all(),
              AllOf(HasSubstr("|[::1]:" + std::to_string(server_->port()) + "|"), HasSubstr("|[::1]:")));
}

TEST_F(http_server_test, an_address_that_cannot_be_listened_on_is_named) {
  start();
  settings_.port = server_->port();
  try {
    http_server::listen(context_.get_executor(), settings_, {});
    FAIL();
  } catch (boost::system::system_error const& error) {
    EXPECT_THAT(error.what(),
                StartsWith("cannot listen on 127.0.0.1:" + std::to_string(server_->port()) + ": Address"));
  }
  settings_.address = "nowhere";
  EXPECT_THROW(http_server::listen(context_.get_executor(), settings_, {}), boost::system::system_error);
}

}  // namespace
}  // namespace holdfast::kit
