#include "net/resolver.hpp"

#include <gtest/gtest.h>

namespace holdfast::net {
namespace {

TEST(Resolver, AddressesAreTakenAsTheyStand) {
  auto const v4 = resolve({.host = "127.0.0.1", .port = 8080});
  ASSERT_TRUE(v4.has_value());
  ASSERT_EQ(v4->size(), 1U);
  EXPECT_EQ(to_string(v4->front()), "127.0.0.1:8080");
  EXPECT_TRUE(is_loopback(v4->front()));
  auto const v6 = resolve({.host = "::1", .port = 80});
  ASSERT_TRUE(v6.has_value());
  EXPECT_EQ(to_string(v6->front()), "[::1]:80");
  EXPECT_TRUE(is_loopback(v6->front()));
  EXPECT_FALSE(is_loopback(resolve({.host = "192.0.2.1", .port = 80})->front()));
}

TEST(Resolver, AUnixSocketIsItsPath) {
  auto const local = resolve({.host = "app", .unix_path = "/run/app.sock"});
  ASSERT_TRUE(local.has_value());
  EXPECT_EQ(to_string(local->front()), "unix:/run/app.sock");
  EXPECT_FALSE(resolve({.host = "app", .unix_path = std::string(200, 'x')}).has_value());
}

TEST(Resolver, AnUnknownNameIsAnErrorWithTheResolversSentence) {
  auto const nobody = resolve({.host = "no-such-host.invalid", .port = 80});
  ASSERT_FALSE(nobody.has_value());
  EXPECT_FALSE(nobody.error().empty());
}

}  // namespace
}  // namespace holdfast::net
