#include "net/tls_session.hpp"

#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "core/random.hpp"
#include "net/tls_test_files.hpp"

namespace holdfast::net {
namespace {

origin https_origin(std::string host, std::uint16_t port = 443) {
  return {url_scheme::https, std::move(host), port, ""};
}

/// Moves what `from` has to send to `to`, `piece` bytes at a time; whether there was anything.
bool carry(tls_session& from, tls_session& to, std::size_t piece = 1 << 20) {
  auto const any = !from.output().empty();
  while (!from.output().empty()) {
    auto const part = from.output().substr(0, piece);
    to.feed(part);
    from.consume_output(part.size());
  }
  return any;
}

struct handshake_end {
  tls_handshake_step client;
  tls_handshake_step server;
};

/// Client and server joined in memory, until both are done, one fails, or nothing moves.
handshake_end shake_hands(tls_session& client, tls_session& server, std::size_t piece = 1 << 20) {
  handshake_end end;
  for (bool moves = true; moves;) {
    if (end.client.state == tls_handshake::needs_more) end.client = client.handshake_step();
    moves = carry(client, server, piece);
    if (end.server.state == tls_handshake::needs_more) end.server = server.handshake_step();
    moves = carry(server, client, piece) || moves;
  }
  return end;
}

/// Everything that can be read now.
std::string read_all(tls_session& session, tls_read_result& last) {
  std::string text;
  char buffer[5000];
  while ((last = session.read(buffer)).state == tls_read::data) text.append(buffer, last.bytes);
  return text;
}

/// An authority, contexts made from its certificates.
class TlsSession : public testing::Test {
 protected:
  std::string server_file(certificate_request request) {
    return files_.write("server.pem", make_certificate(std::move(request), &authority_));
  }
  std::unique_ptr<tls_context> server_context(certificate_request request = {.common_name = "server",
                                                                             .dns_names = {"shop.test"}}) {
    return make(make_tls_server_context({.certificate_file = server_file(std::move(request))}));
  }
  std::unique_ptr<tls_context> client_context() { return make(make_tls_context({.ca_file = ca_file_})); }

  static std::unique_ptr<tls_context> make(result<std::unique_ptr<tls_context>, diagnostics> made) {
    if (!made) ADD_FAILURE() << to_string(made.error());
    return made ? std::move(*made) : nullptr;
  }

  /// One handshake of new sessions; how it ended for the client.
  handshake_end connect(tls_context& client, tls_context& server, std::string const& host) {
    client_ = tls_session::start(client, https_origin(host));
    server_ = tls_session::start_server(server);
    return shake_hands(*client_, *server_);
  }

  tls_test_files files_;
  issued_certificate authority_ = make_certificate({.common_name = "Test Authority", .is_authority = true});
  std::string ca_file_ = files_.write("ca.pem", std::string_view{authority_.certificate});
  std::unique_ptr<tls_session> client_;
  std::unique_ptr<tls_session> server_;
};

TEST_F(TlsSession, ShakesHandsAndCarriesBytesBothWays) {
  auto const server = server_context();
  auto const client = client_context();
  auto const end = connect(*client, *server, "shop.test");
  EXPECT_EQ(end.client.state, tls_handshake::done) << end.client.problem;
  EXPECT_EQ(end.server.state, tls_handshake::done) << end.server.problem;
  EXPECT_EQ(client_->protocol(), "TLSv1.3");
  EXPECT_EQ(client_->alpn(), "http/1.1");
  EXPECT_EQ(client_->cipher().substr(0, 4), "TLS_");
  EXPECT_FALSE(client_->resumed());
  tls_read_result last;
  ASSERT_TRUE(client_->write(std::string_view{"question"}));
  carry(*client_, *server_);
  EXPECT_EQ(read_all(*server_, last), "question");
  EXPECT_EQ(last.state, tls_read::would_block);
  ASSERT_TRUE(server_->write(std::string_view{"answer"}));
  carry(*server_, *client_);
  EXPECT_EQ(read_all(*client_, last), "answer");
  EXPECT_EQ(last.state, tls_read::would_block);
}

TEST_F(TlsSession, ShakesHandsByteByByte) {
  auto const server = server_context();
  auto const context = client_context();
  client_ = tls_session::start(*context, https_origin("shop.test"));
  server_ = tls_session::start_server(*server);
  auto const end = shake_hands(*client_, *server_, 1);
  EXPECT_EQ(end.client.state, tls_handshake::done) << end.client.problem;
  EXPECT_EQ(end.server.state, tls_handshake::done) << end.server.problem;
}

TEST_F(TlsSession, CarriesAMebibyteInPieces) {
  auto const server = server_context();
  auto const client = client_context();
  ASSERT_EQ(connect(*client, *server, "shop.test").client.state, tls_handshake::done);
  std::string sent(1 << 20, '\0');
  random_engine random{7};
  for (auto& byte : sent) byte = static_cast<char>(random());
  ASSERT_TRUE(server_->write(sent));
  std::string received;
  while (!server_->output().empty()) {
    auto const part = server_->output().substr(0, 3333);
    client_->feed(part);
    server_->consume_output(part.size());
    tls_read_result last;
    received += read_all(*client_, last);
    ASSERT_EQ(last.state, tls_read::would_block) << last.problem;
  }
  EXPECT_TRUE(received == sent);
}

struct name_case {
  char const* claim;
  char const* host;
  bool fits;
};

TEST_F(TlsSession, AcceptsTheNamesOfTheCertificateOnly) {
  auto const server = server_context(
      {.common_name = "cn.test", .dns_names = {"shop.test", "*.wild.test"}, .addresses = {"127.0.0.1", "::1"}});
  auto const client = client_context();
  for (auto const& c :
       {name_case{"its name", "shop.test", true}, name_case{"its name in capitals", "SHOP.test", true},
        name_case{"its name with the root's dot", "shop.test.", true},
        name_case{"a name under the wildcard", "a.wild.test", true}, name_case{"its IPv4 address", "127.0.0.1", true},
        name_case{"its IPv6 address", "::1", true}, name_case{"its IPv6 address and a zone", "::1%lo", true},
        name_case{"another name", "evil.test", false}, name_case{"another address", "127.0.0.2", false},
        name_case{"two names under the wildcard", "a.b.wild.test", false},
        name_case{"the common name beside other names", "cn.test", false}}) {
    SCOPED_TRACE(c.claim);
    auto const end = connect(*client, *server, c.host);
    EXPECT_EQ(end.client.state == tls_handshake::done, c.fits) << end.client.problem;
    if (c.fits) continue;
    EXPECT_EQ(end.client.state, tls_handshake::failed);
    EXPECT_NE(end.client.problem.find("mismatch"), std::string::npos) << end.client.problem;
    EXPECT_EQ(end.server.state, tls_handshake::failed) << "an alert tells the server";
  }
}

TEST_F(TlsSession, RefusesAnExpiredCertificate) {
  using namespace std::chrono_literals;
  auto const server =
      server_context({.common_name = "s", .dns_names = {"shop.test"}, .valid_from = -48h, .valid_until = -24h});
  auto const client = client_context();
  auto const end = connect(*client, *server, "shop.test");
  EXPECT_EQ(end.client.state, tls_handshake::failed);
  EXPECT_EQ(end.client.problem, "the certificate is refused: certificate has expired");
  EXPECT_EQ(client_->handshake_step().state, tls_handshake::failed) << "and stays so";
  EXPECT_FALSE(client_->write(std::string_view{"x"}));
}

TEST_F(TlsSession, RefusesAnUnknownAuthority) {
  auto const server = server_context();
  auto const stranger = make_certificate({.common_name = "Stranger", .is_authority = true});
  auto const client =
      make(make_tls_context({.ca_file = files_.write("stranger.pem", std::string_view{stranger.certificate})}));
  auto const end = connect(*client, *server, "shop.test");
  EXPECT_EQ(end.client.state, tls_handshake::failed);
  EXPECT_EQ(end.client.problem, "the certificate is refused: unable to get local issuer certificate");
  EXPECT_EQ(end.server.problem, "tlsv1 alert unknown ca");
  auto const by_default = make(make_tls_context({}));
  EXPECT_EQ(connect(*by_default, *server, "shop.test").client.state, tls_handshake::failed);
}

TEST_F(TlsSession, AcceptsAnythingWithoutVerification) {
  using namespace std::chrono_literals;
  auto const server = server_context({.common_name = "x", .valid_from = -48h, .valid_until = -24h});
  auto const client = make(make_tls_context({.verify = peer_verification::off}));
  auto const end = connect(*client, *server, "shop.test");
  EXPECT_EQ(end.client.state, tls_handshake::done) << end.client.problem;
}

TEST_F(TlsSession, ShowsItsOwnCertificateWhenAsked) {
  auto const server = make(make_tls_server_context(
      {.certificate_file = server_file({.common_name = "s", .dns_names = {"shop.test"}}), .client_ca_file = ca_file_}));
  auto const own = files_.write("client.pem", make_certificate({.common_name = "client"}, &authority_));
  auto const known = make(make_tls_context({.ca_file = ca_file_, .certificate_file = own}));
  EXPECT_EQ(connect(*known, *server, "shop.test").server.state, tls_handshake::done);
  auto const nobody = client_context();
  auto const end = connect(*nobody, *server, "shop.test");
  EXPECT_EQ(end.server.state, tls_handshake::failed);
  EXPECT_EQ(end.server.problem, "peer did not return a certificate");
  // In TLS 1.3 the client is done before it hears of it.
  char buffer[100];
  auto const got = client_->read(buffer);
  EXPECT_EQ(got.state, tls_read::failed);
  EXPECT_NE(got.problem.find("certificate required"), std::string::npos) << got.problem;
}

TEST_F(TlsSession, ResumesTheSecondConnectionAndThoseAtTheSameTime) {
  auto const file = server_file({.common_name = "s", .dns_names = {"shop.test"}});
  for (auto const version : {tls_version::tls_1_2, tls_version::tls_1_3}) {
    SCOPED_TRACE(static_cast<int>(version));
    auto const server = make(make_tls_server_context({.certificate_file = file, .max_version = version}));
    auto const client = client_context();
    ASSERT_EQ(connect(*client, *server, "shop.test").client.state, tls_handshake::done);
    tls_read_result last;
    EXPECT_EQ(read_all(*client_, last), "") << "the tickets of TLS 1.3 come with the first read";
    EXPECT_EQ(client->resumable_sessions(), 1U);
    for (int again = 0; again < 3; ++again) {
      ASSERT_EQ(connect(*client, *server, "shop.test").client.state, tls_handshake::done);
      EXPECT_TRUE(client_->resumed());
      EXPECT_TRUE(server_->resumed());
    }
  }
}

TEST_F(TlsSession, ResumesOnlyWithTheSameOriginAndWhenWanted) {
  auto const server = server_context({.common_name = "s", .dns_names = {"shop.test", "bank.test"}});
  auto const client = client_context();
  tls_read_result last;
  ASSERT_EQ(connect(*client, *server, "shop.test").client.state, tls_handshake::done);
  (void)read_all(*client_, last);
  ASSERT_EQ(connect(*client, *server, "bank.test").client.state, tls_handshake::done);
  EXPECT_FALSE(client_->resumed());
  auto const forgetful = make(make_tls_context({.ca_file = ca_file_, .resumption = session_resumption::off}));
  for (int i = 0; i < 2; ++i) {
    ASSERT_EQ(connect(*forgetful, *server, "shop.test").client.state, tls_handshake::done);
    (void)read_all(*client_, last);
    EXPECT_FALSE(client_->resumed());
  }
  EXPECT_EQ(forgetful->resumable_sessions(), 0U);
}

TEST_F(TlsSession, HoldsToTheLowestVersionAllowed) {
  auto const file = server_file({.common_name = "s", .dns_names = {"shop.test"}});
  auto const server = make(make_tls_server_context({.certificate_file = file, .max_version = tls_version::tls_1_2}));
  auto const modern = make(make_tls_context({.ca_file = ca_file_, .min_version = tls_version::tls_1_3}));
  auto const end = connect(*modern, *server, "shop.test");
  EXPECT_EQ(end.client.state, tls_handshake::failed);
  EXPECT_EQ(end.client.problem, "tlsv1 alert protocol version");
  auto const usual = client_context();
  ASSERT_EQ(connect(*usual, *server, "shop.test").client.state, tls_handshake::done);
  EXPECT_EQ(client_->protocol(), "TLSv1.2");
}

TEST_F(TlsSession, UsesTheCiphersItWasTold) {
  auto const server = server_context();
  auto const client = make(make_tls_context({.ca_file = ca_file_, .ciphers = "TLS_AES_128_GCM_SHA256"}));
  ASSERT_EQ(connect(*client, *server, "shop.test").client.state, tls_handshake::done);
  EXPECT_EQ(client_->cipher(), "TLS_AES_128_GCM_SHA256");
}

TEST_F(TlsSession, TellsACleanCloseFromABrokenStream) {
  auto const server = server_context();
  auto const client = client_context();
  ASSERT_EQ(connect(*client, *server, "shop.test").client.state, tls_handshake::done);
  ASSERT_TRUE(server_->write(std::string_view{"last words"}));
  server_->close();
  carry(*server_, *client_);
  tls_read_result last;
  EXPECT_EQ(read_all(*client_, last), "last words");
  EXPECT_EQ(last.state, tls_read::closed);

  ASSERT_EQ(connect(*client, *server, "shop.test").client.state, tls_handshake::done);
  ASSERT_TRUE(server_->write(std::string_view{"altered"}));
  std::string cipher{server_->output()};
  cipher.back() = static_cast<char>(cipher.back() ^ 1);
  client_->feed(cipher);
  EXPECT_EQ(read_all(*client_, last), "");
  EXPECT_EQ(last.state, tls_read::failed);
  EXPECT_EQ(last.problem, "decryption failed or bad record mac");
  EXPECT_EQ(read_all(*client_, last), "");
  EXPECT_EQ(last.state, tls_read::failed);
}

TEST_F(TlsSession, SaysSoWhenThePeerDoesNotSpeakTls) {
  auto const client = client_context();
  client_ = tls_session::start(*client, https_origin("shop.test"));
  EXPECT_EQ(client_->handshake_step().state, tls_handshake::needs_more);
  EXPECT_FALSE(client_->write(std::string_view{"too early"}));
  client_->feed(std::string_view{"HTTP/1.1 400 Bad Request\r\n\r\n"});
  auto const step = client_->handshake_step();
  EXPECT_EQ(step.state, tls_handshake::failed);
  EXPECT_EQ(step.problem, "the peer does not speak TLS");
}

TEST_F(TlsSession, SurvivesGarbageAtAnyTime) {
  auto const server = server_context();
  auto const client = client_context();
  random_engine random{11};
  for (int round = 0; round < 200; ++round) {
    client_ = tls_session::start(*client, https_origin("shop.test"));
    server_ = tls_session::start_server(*server);
    auto const clean_steps = random.below(3);
    for (std::uint64_t i = 0; i < clean_steps; ++i) {
      (void)client_->handshake_step();
      carry(*client_, *server_);
      (void)server_->handshake_step();
      carry(*server_, *client_);
    }
    std::string garbage(random.below(2000) + 1, '\0');
    for (auto& byte : garbage) byte = static_cast<char>(random());
    // A header that makes it past the record layer now and then.
    if (round % 2 == 0) garbage.replace(0, 1, std::string{"\x16\x03\x03\x00\x40", 5});
    client_->feed(garbage);
    (void)client_->handshake_step();
    char buffer[100];
    for (int i = 0; i < 50 && client_->read(buffer).state == tls_read::data; ++i) {
    }
    EXPECT_LT(client_->output().size(), 100'000U);
  }
}

}  // namespace
}  // namespace holdfast::net
