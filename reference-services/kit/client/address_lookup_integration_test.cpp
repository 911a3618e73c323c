#include <atomic>

#include <gtest/gtest.h>

#include "kit/client/address_lookup.hpp"

namespace holdfast::kit {
namespace {

using addresses = std::vector<net::stream_endpoint>;
using answer = result<addresses, std::string>;

net::origin named(std::string host) { return {.host = std::move(host), .port = 80}; }

addresses some_address() { return *net::resolve(named("127.0.0.1")); }

TEST(AddressLookup, DigitsAreKnownAtOnce) {
  boost::asio::io_context context{1};
  address_lookup lookup{context, named("127.0.0.1")};
  EXPECT_TRUE(lookup.is_ready(clock_seam::now()));
  EXPECT_EQ(lookup.list().addresses.size(), 1U);
}

TEST(AddressLookup, ANameIsAskedForOnceForAllWhoWait) {
  boost::asio::io_context context{1};
  std::atomic<int> asked = 0;
  address_lookup lookup{context, named("book"), [&asked](net::origin const&) {
                          ++asked;
                          return answer{some_address()};
                        }};
  int told = 0;
  EXPECT_FALSE(lookup.is_ready(clock_seam::now()));
  for (int i = 0; i < 3; ++i) lookup.wait([&told](std::string const& problem) { told += problem.empty() ? 1 : 0; });
  context.run();
  EXPECT_EQ(told, 3);
  EXPECT_EQ(asked, 1);
  EXPECT_TRUE(lookup.is_ready(clock_seam::now()));
}

TEST(AddressLookup, AProblemIsToldAndTheNextUserAsksAgain) {
  boost::asio::io_context context{1};
  std::atomic<bool> is_up = false;
  address_lookup lookup{context, named("book"), [&is_up](net::origin const&) {
                          return is_up ? answer{some_address()} : answer{std::string{"Name or service not known"}};
                        }};
  std::string told;
  lookup.wait([&told](std::string const& problem) { told = problem; });
  context.run();
  EXPECT_EQ(told, "Name or service not known");
  is_up = true;
  lookup.wait([&told](std::string const& problem) { told = problem; });
  context.restart();
  context.run();
  EXPECT_EQ(told, "");
}

TEST(AddressLookup, ADistrustedAddressIsAskedForAnew) {
  boost::asio::io_context context{1};
  address_lookup lookup{context, named("book"), [](net::origin const&) { return answer{some_address()}; }};
  lookup.wait([](std::string const&) {});
  context.run();
  lookup.distrust();
  EXPECT_FALSE(lookup.is_ready(clock_seam::now()));
}

TEST(AddressLookup, TheOwnerMayGoWhileTheResolverIsStillAsking) {
  boost::asio::io_context context{1};
  {
    address_lookup lookup{context, named("book"), [](net::origin const&) { return answer{some_address()}; }};
    lookup.wait([](std::string const&) { FAIL() << "nobody waits any more"; });
  }
  context.run();
}

}  // namespace
}  // namespace holdfast::kit
