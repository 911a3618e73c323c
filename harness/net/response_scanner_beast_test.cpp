// The scanner compared with Boost.Beast's parser: wherever both accept an answer, they must agree on what it says.
//
// Where they differ on purpose:
// - Only the scanner accepts: bare LF at the end of lines, a missing blank before a missing reason, Transfer-Encoding
//   beside Content-Length (then without keep-alive), "identity" as no coding, blanks behind a chunk size.
// - Only Beast accepts: folded Content-Length, Transfer-Encoding and Connection; status 000 to 099.
// - A last coding other than chunked, beside a Content-Length: Beast believes the length, the scanner (as RFC 9112 6.3
//   demands) reads until close.
// - Parameters of a coding: Beast checks them, and takes "chunked" in a list with a bad one for no coding.
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <gtest/gtest.h>

#include "core/random.hpp"
#include "net/http_text.hpp"
#include "net/response_scanner.hpp"

namespace holdfast::net {
namespace {

namespace http = boost::beast::http;

struct verdict {
  unsigned status = 0;
  bool keep_alive = false;
  std::string body;
  std::size_t taken = 0;
  bool is_known_difference = false;
};

bool is_known_difference(http::response<http::string_body> const& message) {
  auto const codings = message.equal_range(http::field::transfer_encoding);
  if (codings.first == codings.second) return false;
  return message.count(http::field::content_length) != 0 ||
         std::any_of(codings.first, codings.second,
                     [](auto const& field) { return field.value().find(';') != boost::string_view::npos; });
}

/// One message of Beast, interim ones included. Nothing when it is not whole or not accepted.
std::optional<verdict> beast_message(std::string_view bytes, body_rule rule) {
  http::response_parser<http::string_body> parser;
  parser.eager(true);
  parser.skip(rule == body_rule::never);
  parser.body_limit(1 << 20);  // it reserves what is declared
  parser.header_limit(64 * 1024);
  boost::system::error_code problem;
  std::size_t taken = 0;
  while (!parser.is_done() && taken < bytes.size()) {
    auto const count = parser.put(boost::asio::buffer(bytes.substr(taken)), problem);
    taken += count;
    if (problem == http::error::need_more || (!problem && count == 0)) break;
    if (problem) return std::nullopt;
  }
  problem = {};
  if (!parser.is_done() && parser.got_some()) parser.put_eof(problem);
  if (problem || !parser.is_done()) return std::nullopt;
  auto const& message = parser.get();
  return verdict{.status = message.result_int(),
                 .keep_alive = message.keep_alive() && !message.need_eof(),
                 .body = message.body(),
                 .taken = taken,
                 .is_known_difference = is_known_difference(message)};
}

std::optional<verdict> by_beast(std::string_view bytes, body_rule rule) {
  std::size_t taken = 0;
  for (int interim = 0; interim <= 64; ++interim) {
    auto message = beast_message(bytes.substr(taken), rule);
    if (!message) return std::nullopt;
    taken += message->taken;
    message->taken = taken;
    if (message->status >= 200 || message->status == 101) return message;
  }
  return std::nullopt;
}

std::optional<verdict> by_scanner(std::string const& bytes, body_rule rule) {
  response_scanner scanner{{.kept_body_bytes = 1 << 30}};
  scanner.start(rule, retain::fields_and_body);
  auto const taken = scanner.feed(bytes);
  if (!scanner.finish()) return std::nullopt;
  return verdict{.status = scanner.head().status,
                 .keep_alive = scanner.head().keep_alive,
                 .body = std::string{scanner.body()},
                 .taken = taken};
}

std::vector<std::string> seeds() {
  return {
      "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
      "HTTP/1.1 200 OK\r\nServer: x\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\nContent-Type: "
      "text/plain\r\nContent-Length: "
      "2\r\n\r\nokHTTP/1.1",
      "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 12\r\n\r\n0123456789ab",
      "HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0A\r\n0123456789\r\n0\r\n\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n1;a=b;c=\"d\"\r\nx\r\n0\r\nSum: 1\r\n\r\n",
      "HTTP/1.1 200 OK\r\nX: a\r\n b\r\n\r\nuntil the end",
      "HTTP/1.1 204 No Content\r\nX:\r\n\r\n",
      "HTTP/1.1 304 Not Modified\r\nContent-Length: 12\r\n\r\n",
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\nok",
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\nraw",
      "HTTP/1.0 500 \r\n\r\nfailed",
  };
}

/// Whether both accepted.
bool compare(std::string const& bytes, body_rule rule) {
  auto const ours = by_scanner(bytes, rule);
  auto const beast = by_beast(bytes, rule);
  if (!ours || !beast || beast->is_known_difference) return false;
  EXPECT_EQ(ours->status, beast->status) << bytes;
  EXPECT_EQ(ours->body, beast->body) << bytes;
  EXPECT_EQ(ours->taken, beast->taken) << bytes;
  return true;
}

TEST(ResponseScannerAndBeast, AgreeOnPlainAnswers) {
  for (auto const& bytes : seeds()) {
    SCOPED_TRACE(bytes);
    EXPECT_TRUE(compare(bytes, body_rule::by_headers));
    if (bytes.starts_with("HTTP/1.1 101")) continue;  // Beast would keep it alive; what follows is not HTTP
    EXPECT_EQ(by_scanner(bytes, body_rule::by_headers)->keep_alive, by_beast(bytes, body_rule::by_headers)->keep_alive);
    EXPECT_TRUE(compare(bytes, body_rule::never));
  }
}

/// Bytes and words that matter to a parser.
std::string spice(random_engine& random) {
  static std::vector<std::string> const words{"\r\n",
                                              "\n",
                                              "\r",
                                              " ",
                                              "\t",
                                              ":",
                                              ",",
                                              ";",
                                              "0",
                                              "1",
                                              "9",
                                              "a",
                                              "f",
                                              "\x7f",
                                              std::string(1, '\0'),
                                              "\r\n ",
                                              "-",
                                              "+",
                                              "chunked",
                                              "gzip",
                                              "identity",
                                              "close",
                                              "keep-alive",
                                              "Content-Length: 3\r\n",
                                              "Transfer-Encoding: chunked\r\n",
                                              "Connection: close\r\n",
                                              "\r\n\r\n",
                                              "HTTP/1.1 200 OK\r\n",
                                              "ffffffffffffffff",
                                              "18446744073709551615",
                                              "0\r\n\r\n"};
  return words[random.below(words.size())];
}

void mutate(std::string& bytes, random_engine& random, std::vector<std::string> const& others) {
  auto const at = random.below(bytes.size() + 1);
  auto const length = std::min<std::size_t>(random.below(6), bytes.size() - at);
  switch (random.below(6)) {
    case 0:
      bytes.erase(at, length);
      break;
    case 1:
      bytes.insert(at, spice(random));
      break;
    case 2:
      bytes.replace(at, length, spice(random));
      break;
    case 3:
      if (at < bytes.size()) bytes[at] = static_cast<char>(random());
      break;
    case 4:
      bytes.insert(random.below(bytes.size() + 1), bytes.substr(at, random.below(40)));
      break;
    default: {
      auto const& other = others[random.below(others.size())];
      bytes = bytes.substr(0, at) + other.substr(random.below(other.size()));
    }
  }
}

TEST(ResponseScannerAndBeast, AgreeOnMutations) {
  auto const originals = seeds();
  random_engine random{20240229};
  int both_accept = 0;
  for (int round = 0; round < 100'000 && !HasFailure(); ++round) {
    auto bytes = originals[random.below(originals.size())];
    for (auto times = random.between(1, 4); times > 0; --times) mutate(bytes, random, originals);
    if (compare(bytes, random.below(4) == 0 ? body_rule::never : body_rule::by_headers)) ++both_accept;
  }
  EXPECT_GT(both_accept, 5'000) << "mutations that neither accepts prove nothing";
}

TEST(ResponseScannerAndBeast, DifferWhereTheScannerIsLenient) {
  for (auto const* bytes : {
           "HTTP/1.1 200 OK\nContent-Length: 0\n\n",
           "HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n",
           "HTTP/1.1 200 OK\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0  \r\n\r\n",
       }) {
    SCOPED_TRACE(bytes);
    EXPECT_TRUE(by_scanner(bytes, body_rule::by_headers).has_value());
    EXPECT_FALSE(by_beast(bytes, body_rule::by_headers).has_value());
  }
}

}  // namespace
}  // namespace holdfast::net
