// The scanner and Boost.Beast's parser on the same bytes, each answer whole in one buffer, one scanner or parser for
// all answers of a connection where its interface allows that.
#include <string>

#include <benchmark/benchmark.h>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "net/response_scanner.hpp"

namespace {

using namespace holdfast::net;
namespace http = boost::beast::http;

std::string const small_answer = "HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\nHello, world!";

std::string const usual_answer =
    "HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\nContent-Type: "
    "application/json\r\nContent-Length: 27\r\nConnection: keep-alive\r\nCache-Control: no-store\r\nX-Request-Id: "
    "3f2504e0-4f89-11d3-9a0c-0305e82c3301\r\n\r\n{\"id\":1,\"title\":\"Example\"}\n";

std::string const chunked_answer =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n1b\r\n"
    "{\"id\":1,\"title\":\"Example\"}\n\r\n0\r\n\r\n";

void scan(benchmark::State& state, std::string const& answer, retain what) {
  response_scanner scanner;
  for (auto _ : state) {
    scanner.start(body_rule::by_headers, what);
    auto taken = scanner.feed(answer);
    benchmark::DoNotOptimize(taken);
    if (scanner.state() != scan_state::complete) state.SkipWithError("not complete");
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * answer.size()));
}

void scan_known_head(benchmark::State& state, std::string const& answer) {
  head_memo memo;
  response_scanner scanner{{}, &memo};
  for (auto _ : state) {
    scanner.start();
    auto taken = scanner.feed(answer);
    benchmark::DoNotOptimize(taken);
    if (scanner.state() != scan_state::complete) state.SkipWithError("not complete");
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * answer.size()));
}

void scan_in_two_pieces(benchmark::State& state, std::string const& answer) {
  response_scanner scanner;
  std::span const bytes{answer};
  auto const middle = bytes.size() / 2;
  for (auto _ : state) {
    scanner.start();
    (void)scanner.feed(bytes.first(middle));
    (void)scanner.feed(bytes.subspan(middle));
    if (scanner.state() != scan_state::complete) state.SkipWithError("not complete");
  }
}

void parse_with_beast(benchmark::State& state, std::string const& answer) {
  for (auto _ : state) {
    http::response_parser<http::string_body> parser;
    parser.eager(true);
    boost::system::error_code problem;
    auto taken = parser.put(boost::asio::buffer(answer), problem);
    benchmark::DoNotOptimize(taken);
    if (problem || !parser.is_done()) state.SkipWithError("not complete");
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * answer.size()));
}

BENCHMARK_CAPTURE(scan, small, small_answer, retain::nothing);
BENCHMARK_CAPTURE(scan, usual, usual_answer, retain::nothing);
BENCHMARK_CAPTURE(scan, chunked, chunked_answer, retain::nothing);
BENCHMARK_CAPTURE(scan, usual_retained, usual_answer, retain::fields_and_body);
BENCHMARK_CAPTURE(scan_known_head, usual, usual_answer);
BENCHMARK_CAPTURE(scan_in_two_pieces, usual, usual_answer);
BENCHMARK_CAPTURE(parse_with_beast, small, small_answer);
BENCHMARK_CAPTURE(parse_with_beast, usual, usual_answer);
BENCHMARK_CAPTURE(parse_with_beast, chunked, chunked_answer);

}  // namespace
