#include "net/proxy_tunnel.hpp"

#include <gtest/gtest.h>

namespace holdfast::net {
namespace {

origin behind_proxy(std::string host = "h", std::string authorization = {}) {
  return {.scheme = url_scheme::https,
          .host = std::move(host),
          .port = 443,
          .unix_path = {},
          .proxy = tunnel_proxy{.host = "p", .port = 8080, .authorization = std::move(authorization)}};
}

std::size_t feed(proxy_tunnel& tunnel, std::string_view text) { return tunnel.feed({text.data(), text.size()}); }

TEST(ProxyTunnel, AsksForHostAndPortWithItsLogin) {
  EXPECT_EQ(proxy_tunnel(behind_proxy(), {}).request(), "CONNECT h:443 HTTP/1.1\r\nHost: h:443\r\n\r\n");
  EXPECT_EQ(proxy_tunnel(behind_proxy("::1", "Basic eA=="), {}).request(),
            "CONNECT [::1]:443 HTTP/1.1\r\nHost: [::1]:443\r\nProxy-Authorization: Basic eA==\r\n\r\n");
}

TEST(ProxyTunnel, TheProxyIsNotToldAZoneOfThisMachine) {
  EXPECT_TRUE(
      proxy_tunnel(behind_proxy("fe80::1%eth0"), {}).request().starts_with("CONNECT [fe80::1]:443 HTTP/1.1\r\n"));
}

TEST(ProxyTunnel, IsOpenAfterA2xxThatComesInPieces) {
  proxy_tunnel tunnel{behind_proxy(), {}};
  for (char const c : std::string_view{"HTTP/1.0 200 Connection established\r\nVia: p\r\n\r"}) {
    EXPECT_EQ(feed(tunnel, {&c, 1}), 1U);
    EXPECT_EQ(tunnel.state(), tunnel_state::asking);
  }
  EXPECT_EQ(feed(tunnel, "\n\x16\x03"), 1U) << "what comes behind is the origin's";
  EXPECT_EQ(tunnel.state(), tunnel_state::open);
}

TEST(ProxyTunnel, ALengthInA2xxMeansNothing) {
  proxy_tunnel tunnel{behind_proxy(), {}};
  std::string const head = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n";
  EXPECT_EQ(feed(tunnel, head + "tls"), head.size());
  EXPECT_EQ(tunnel.state(), tunnel_state::open);
}

TEST(ProxyTunnel, AnyOtherAnswerIsARefusalThatSaysWhy) {
  struct refusal {
    std::string_view bytes, problem;
  };
  for (auto const& [bytes, problem] :
       {refusal{"HTTP/1.1 407 Login\r\nContent-Length: 0\r\n\r\n", "the proxy answered CONNECT with status 407"},
        refusal{"HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n", "the proxy answered CONNECT with status 302"},
        refusal{"SSH-2.0\r\n\r\n", "the proxy's answer to CONNECT is not HTTP: "}}) {
    proxy_tunnel tunnel{behind_proxy(), {}};
    feed(tunnel, bytes);
    EXPECT_EQ(tunnel.state(), tunnel_state::refused) << bytes;
    EXPECT_TRUE(tunnel.problem().starts_with(problem)) << tunnel.problem();
    EXPECT_EQ(feed(tunnel, "HTTP/1.1 200 OK\r\n\r\n"), 0U) << "a refusal is final";
    EXPECT_EQ(tunnel.state(), tunnel_state::refused);
  }
}

TEST(ProxyTunnel, AnEndlessHeadIsRefused) {
  proxy_tunnel tunnel{behind_proxy(), {.head_bytes = 1024}};
  feed(tunnel, "HTTP/1.1 200 OK\r\n");
  for (int i = 0; i < 100 && tunnel.state() == tunnel_state::asking; ++i)
    feed(tunnel, "X-Filler: aaaaaaaaaaaaaaaaaaa\r\n");
  EXPECT_EQ(tunnel.state(), tunnel_state::refused);
}

}  // namespace
}  // namespace holdfast::net
