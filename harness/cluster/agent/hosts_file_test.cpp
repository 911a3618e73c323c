#include "cluster/agent/hosts_file.hpp"

#include <gmock/gmock.h>

#include "cluster/node/node_test_support.hpp"

namespace holdfast::cluster {
namespace {

object_ptr service(char const* name, char const* name_space, char const* address, char const* created) {
  return std::make_shared<json const>(
      json{{"metadata", {{"name", name}, {"namespace", name_space}, {"creationTimestamp", created}}},
           {"spec", {{"clusterIP", address}}}});
}

json const pod{{"metadata", {{"name", "book-1"}, {"namespace", "shop"}}}};

TEST(HostsFile, NamesEachServiceAsTheClustersDnsDoes) {
  std::vector<object_ptr> const services{service("order", "shop", "127.3.0.2", "2026-01-31T12:00:02Z"),
                                         service("book", "shop", "127.3.0.1", "2026-01-31T12:00:01Z"),
                                         service("other", "elsewhere", "127.3.0.3", "2026-01-31T12:00:03Z"),
                                         service("headless", "shop", "None", "2026-01-31T12:00:00Z"),
                                         service("waits", "shop", "", "2026-01-31T12:00:00Z")};
  EXPECT_EQ(hosts_text(pod, "127.3.16.1", services),
            "127.0.0.1 localhost\n"
            "::1 localhost ip6-localhost ip6-loopback\n"
            "127.3.16.1 book-1\n"
            "127.3.0.1 book book.shop book.shop.svc book.shop.svc.cluster.local\n"
            "127.3.0.2 order order.shop order.shop.svc order.shop.svc.cluster.local\n"
            "127.3.0.3 other.elsewhere other.elsewhere.svc other.elsewhere.svc.cluster.local\n");
}

TEST(HostsFile, IsChangedInPlace) {
  testing::temporary_folder const folder;
  auto const path = folder.root() / "uid" / "hosts";
  ASSERT_TRUE(write_hosts_file(path, "a long first text\n").has_value());
  std::filesystem::create_hard_link(path, folder.root() / "mounted");
  ASSERT_TRUE(write_hosts_file(path, "short\n").has_value());
  EXPECT_EQ(testing::text_of_file(folder.root() / "mounted"), "short\n");
}

TEST(HostsFile, SaysWhyItCannotBeWritten) {
  auto const written = write_hosts_file("/proc/no/hosts", "text");
  ASSERT_FALSE(written.has_value());
  EXPECT_THAT(written.error(), ::testing::StartsWith("/proc/no/hosts: "));
}

}  // namespace
}  // namespace holdfast::cluster
