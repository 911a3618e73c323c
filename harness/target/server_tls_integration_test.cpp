#include <memory>

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include "target/server.hpp"
#include "target/test_client.hpp"

namespace holdfast::target {
namespace {

/// A blocking TLS client over the system's OpenSSL, independent of our own TLS code.
class tls_client {
 public:
  explicit tls_client(std::uint16_t port) : context_{SSL_CTX_new(TLS_client_method()), SSL_CTX_free} {
    auto* const bio = BIO_new_ssl_connect(context_.get());
    BIO_set_conn_hostname(bio, ("127.0.0.1:" + std::to_string(port)).c_str());
    bio_.reset(bio);
    connected_ = BIO_do_handshake(bio) == 1;
  }
  bool is_connected() const { return connected_; }
  void send(std::string_view bytes) { BIO_write(bio_.get(), bytes.data(), static_cast<int>(bytes.size())); }
  std::string read_all() {
    std::string all;
    char buffer[16 * 1024];
    for (int n = 0; (n = BIO_read(bio_.get(), buffer, sizeof buffer)) > 0;) {
      all.append(buffer, static_cast<std::size_t>(n));
    }
    return all;
  }

 private:
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
  std::unique_ptr<BIO, decltype(&BIO_free_all)> bio_{nullptr, BIO_free_all};
  bool connected_ = false;
};

std::unique_ptr<server> started(server_options options) {
  auto made = server::start(std::move(options));
  if (!made) ADD_FAILURE() << to_string(made.error());
  return made ? std::move(*made) : nullptr;
}

TEST(TlsServer, AnswersWithACertificateOfItsOwn) {
  auto const s = started({.tls = tls_settings{}});
  EXPECT_TRUE(s->url().starts_with("https://"));
  tls_client client{s->port()};
  ASSERT_TRUE(client.is_connected());
  client.send("GET / HTTP/1.1\r\n\r\nGET /bytes/5000000 HTTP/1.1\r\nConnection: close\r\n\r\n");
  auto const all = client.read_all();
  EXPECT_TRUE(all.starts_with("HTTP/1.1 200 OK\r\n"));
  EXPECT_GT(all.size(), 5'000'000u);
  EXPECT_EQ(all.substr(all.size() - 64), filler(5'000'000 - 64, 64));
}

TEST(TlsServer, ReadsLongBodies) {
  auto const s = started({.answer = {.body_bytes = 5}, .tls = tls_settings{}});
  tls_client client{s->port()};
  ASSERT_TRUE(client.is_connected());
  client.send("POST / HTTP/1.1\r\nConnection: close\r\nContent-Length: 1000000\r\n\r\n");
  client.send(std::string(1'000'000, 'x'));
  EXPECT_TRUE(client.read_all().ends_with("\r\n\r\n01234"));
}

TEST(TlsServer, ReadsManyPipelinedRequestsOfOneRecord) {
  auto const s = started({.answer = {.body_bytes = 5}, .tls = tls_settings{}});
  tls_client client{s->port()};
  ASSERT_TRUE(client.is_connected());
  std::string requests;
  for (int i = 0; i < 700; ++i) requests += "GET / HTTP/1.1\r\n\r\n";
  client.send(requests + "GET / HTTP/1.1\r\nConnection: close\r\n\r\n");
  client.read_all();
  s->stop();
  EXPECT_EQ(s->truth().answers(), 701u);
}

TEST(TlsServer, DropsThoseWhoDoNotSpeakTls) {
  auto const s = started({.tls = tls_settings{}});
  test_client plain{s->addresses().front()};
  plain.get("/");
  EXPECT_EQ(plain.read().bytes.find("HTTP"), std::string::npos);
}

TEST(TlsServer, SaysWhichCertificateItCannotUse) {
  auto const made = server::start({.tls = tls_settings{"/no/such/certificate.pem", "/no/such/key.pem"}});
  ASSERT_FALSE(made);
  auto const text = to_string(made.error());
  EXPECT_NE(text.find("--tls"), std::string::npos);
  EXPECT_NE(text.find("/no/such/certificate.pem"), std::string::npos) << text;
}

}  // namespace
}  // namespace holdfast::target
