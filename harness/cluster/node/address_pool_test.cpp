#include "cluster/node/address_pool.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cluster/node/file_descriptor.hpp"

namespace holdfast::cluster {
namespace {

using ::testing::HasSubstr;

/// Listens on a free port of the address.
struct listener {
  explicit listener(ipv4 const& address) : fd{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
    sockaddr_in name{};
    name.sin_family = AF_INET;
    std::copy(address.begin(), address.end(), static_cast<std::uint8_t*>(static_cast<void*>(&name.sin_addr)));
    socklen_t size = sizeof name;
    auto* const raw = static_cast<sockaddr*>(static_cast<void*>(&name));
    EXPECT_EQ(::bind(fd.get(), raw, size), 0);
    EXPECT_EQ(::listen(fd.get(), 1), 0);
    ::getsockname(fd.get(), raw, &size);
    port = ntohs(name.sin_port);
  }
  file_descriptor fd;
  std::uint16_t port = 0;
};

TEST(AddressPool, SeveralRunsHaveNetworksOfTheirOwn) {
  auto const first = address_pool::claim(77);
  auto const second = address_pool::claim(77);
  ASSERT_TRUE(first && second);
  EXPECT_NE(first->network(), second->network());
  EXPECT_NE(first->network(), 0) << "127.0 is everybody's";
}

TEST(AddressPool, AClaimEndsWithItsHolder) {
  std::uint8_t network = 0;
  {
    auto const first = address_pool::claim(150);
    ASSERT_TRUE(first.has_value());
    network = first->network();
  }
  auto const again = address_pool::claim(150);
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->network(), network);
}

TEST(AddressPool, ANetworkWhereSomebodyListensIsLeftAlone) {
  std::uint8_t network = 0;
  {
    auto const probe = address_pool::claim(201);
    ASSERT_TRUE(probe.has_value());
    network = probe->network();
  }
  listener const stranger{{127, network, 3, 9}};
  auto const pool = address_pool::claim(201);
  ASSERT_TRUE(pool.has_value());
  EXPECT_NE(pool->network(), network);
}

TEST(AddressPool, GivesEachAddressOnceAndTheReturnedOnesLast) {
  auto pool = address_pool::claim(5);
  ASSERT_TRUE(pool.has_value());
  auto const n = pool->network();
  EXPECT_EQ(*pool->take_service_address(), (ipv4{127, n, 0, 1}));
  EXPECT_EQ(*pool->take_pod_address(), (ipv4{127, n, 16, 1}));
  EXPECT_EQ(*pool->take_pod_address(), (ipv4{127, n, 16, 2}));
  pool->give_back({127, n, 16, 1});
  pool->give_back({127, n, 99, 1});  // nobody's: nothing happens
  std::size_t count = 1;             // 16.2
  ipv4 last{};
  while (auto const next = pool->take_pod_address()) {
    last = *next;
    ++count;
  }
  EXPECT_EQ(count, 240U * 254U);
  EXPECT_EQ(last, (ipv4{127, n, 16, 1}));
  EXPECT_THAT(pool->take_pod_address().error(), HasSubstr("all addresses for pods in 127."));
  EXPECT_TRUE(pool->take_service_address().has_value());
}

TEST(AddressPool, AServiceMayAskForItsAddress) {
  auto pool = address_pool::claim(5);
  ASSERT_TRUE(pool.has_value());
  auto const n = pool->network();
  EXPECT_TRUE(pool->take_this_service_address({127, n, 0, 1}).has_value());
  EXPECT_THAT(pool->take_this_service_address({127, n, 0, 1}).error(), HasSubstr("is taken"));
  EXPECT_THAT(pool->take_this_service_address({10, 0, 0, 1}).error(), HasSubstr("10.0.0.1 is not among"));
  EXPECT_EQ(*pool->take_service_address(), (ipv4{127, n, 0, 2}));
}

TEST(ListeningSockets, ATakenAddressIsToldWithWhoHasIt) {
  listener const mine{{127, 0, 0, 1}};
  auto const sockets = listening_sockets();
  auto const told = conflict(sockets, {127, 0, 0, 1}, mine.port);
  ASSERT_TRUE(told.has_value());
  EXPECT_THAT(*told, HasSubstr("127.0.0.1:" + std::to_string(mine.port) + " is in use by "));
  EXPECT_THAT(*told, HasSubstr("(process " + std::to_string(::getpid()) + ")"));
  EXPECT_FALSE(conflict(sockets, {127, 254, 254, 254}, mine.port).has_value());
}

TEST(ListeningSockets, AListenerOnAllAddressesIsInTheWayOfEach) {
  listener const everywhere{{0, 0, 0, 0}};
  auto const told = conflict(listening_sockets(), {127, 254, 254, 254}, everywhere.port);
  ASSERT_TRUE(told.has_value());
  EXPECT_THAT(*told, HasSubstr("which listens on 0.0.0.0:"));
}

TEST(ListeningSockets, TheKernelsTableIsRead) {
  auto const sockets = parse_socket_table(
      "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
      "   0: 0100057F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1234 1 0\n"
      "   1: 0100007F:1F91 0100007F:1F90 01 00000000:00000000 00:00000000 00000000     0        0 1235 1 0\n"
      "   2: 00000000000000000000000000000000:0050 0:0 0A 0:0 00:0 0 0 0 1236 1\n"
      "   3: 0000000000000000FFFF00000100007F:0051 0:0 0A 0:0 00:0 0 0 0 1237 1\n"
      "   4: 00000000000000000000000001000000:0052 0:0 0A 0:0 00:0 0 0 0 1238 1\n"
      "garbage\n");
  ASSERT_EQ(sockets.size(), 3U);
  EXPECT_EQ(sockets[0].address, (ipv4{127, 5, 0, 1}));
  EXPECT_EQ(sockets[0].port, 8080);
  EXPECT_EQ(sockets[0].inode, 1234U);
  EXPECT_EQ(sockets[1].address, (ipv4{})) << "[::] takes IPv4 too";
  EXPECT_EQ(sockets[2].address, (ipv4{127, 0, 0, 1}));
}

TEST(ListeningSockets, AddressesAreReadStrictly) {
  EXPECT_EQ(parse_ipv4("127.5.0.1"), (ipv4{127, 5, 0, 1}));
  for (auto const* const wrong : {"", "127.5.0", "127.5.0.256", "127.5.0.1.", "127..0.1", "a.b.c.d", "1.2.3.4 "}) {
    EXPECT_FALSE(parse_ipv4(wrong).has_value()) << wrong;
  }
}

}  // namespace
}  // namespace holdfast::cluster
