#include "cluster/proxy/proxy_endpoints.hpp"

#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast::cluster {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

ipv4_endpoint at(unsigned number) { return {0x7F000000 + number, 8080}; }
proxy_endpoint ready(unsigned n) { return {"pod-" + std::to_string(n), at(n), true, true, false}; }
proxy_endpoint unready(unsigned n) { return {"pod-" + std::to_string(n), at(n), false, false, false}; }
proxy_endpoint leaving(unsigned n) { return {"pod-" + std::to_string(n), at(n), false, true, true}; }
proxy_endpoint leaving_unready(unsigned n) { return {"pod-" + std::to_string(n), at(n), false, false, true}; }

/// Those that a hundred connections go to.
std::set<std::string> names(std::vector<proxy_endpoint> const& all) {
  proxy_endpoints choice;
  choice.set(all);
  random_engine random{1};
  std::set<std::string> found;
  for (int i = 0; i < 100 && !choice.is_empty(); ++i) found.insert(*choice.choose(1, {}, random)->pod);
  return found;
}

TEST(ProxyEndpoints, AreTheReadyOnesElseThoseThatServeWhileTheyTerminate) {
  EXPECT_THAT(names({ready(1), unready(2), leaving(3), ready(4)}), ElementsAre("pod-1", "pod-4"));
  EXPECT_THAT(names({unready(2), leaving(3), leaving_unready(4)}), ElementsAre("pod-3"))
      << "the old pod serves on while its replacement is not ready yet";
  EXPECT_THAT(names({unready(1), leaving_unready(2)}), IsEmpty());
  EXPECT_THAT(names({}), IsEmpty());
}

TEST(ProxyEndpoints, AreChosenUniformly) {
  proxy_endpoints choice;
  std::vector<proxy_endpoint> const all{ready(1), ready(2), ready(3), ready(4)};
  choice.set(all);
  random_engine random{5};
  std::map<std::string, int> counts;
  for (int i = 0; i < 40'000; ++i) ++counts[*choice.choose(1, {}, random)->pod];
  ASSERT_EQ(counts.size(), 4);
  for (auto const& [pod, count] : counts) EXPECT_NEAR(count, 10'000, 500) << pod;
}

TEST(ProxyEndpoints, AreChosenByTheSeedAlone) {
  auto const course = [](std::uint64_t seed) {
    proxy_endpoints choice;
    std::vector<proxy_endpoint> const all{ready(1), ready(2), ready(3)};
    choice.set(all);
    random_engine random{seed};
    std::string pods;
    for (int i = 0; i < 50; ++i) pods += choice.choose(1, {}, random)->pod->back();
    return pods;
  };
  EXPECT_EQ(course(1), course(1));
  EXPECT_NE(course(1), course(2));
}

TEST(ProxyEndpoints, CanBeNone) {
  proxy_endpoints choice;
  random_engine random{1};
  EXPECT_EQ(choice.choose(1, {}, random), nullptr);
}

TEST(ProxyEndpoints, KeepAClientWithAffinityUntilItsEndpointGoesOrItsTimeIsOver) {
  proxy_endpoints choice{3h};
  std::vector<proxy_endpoint> all;
  for (unsigned i = 1; i <= 50; ++i) all.push_back(ready(i));
  choice.set(all);
  random_engine random{9};
  time_point now{};
  auto const first = choice.choose(7, now, random)->at;
  for (int i = 0; i < 20; ++i) {
    now += 2h;  // each connection starts the three hours anew
    EXPECT_EQ(choice.choose(7, now, random)->at, first);
  }
  std::set<ipv4_endpoint> others;
  for (std::uint32_t client = 100; client < 200; ++client) others.insert(choice.choose(client, now, random)->at);
  EXPECT_GT(others.size(), 20) << "other clients have pods of their own";

  std::erase_if(all, [&](proxy_endpoint const& e) { return e.at == first; });
  choice.set(all);
  EXPECT_NE(choice.choose(7, now, random)->at, first);
  std::set<ipv4_endpoint> later;
  for (int i = 0; i < 10; ++i) {
    now += 3h + 1ns;
    later.insert(choice.choose(7, now, random)->at);
  }
  EXPECT_GT(later.size(), 3) << "after the timeout it may be any";
}

TEST(Ipv4Endpoint, IsReadAsItIsWritten) {
  EXPECT_EQ(to_string(*parse_ipv4_endpoint("127.3.2.1:8080")), "127.3.2.1:8080");
  for (auto const* text :
       {"127.3.2.1", "127.3.2:80", "127.3.2.1:0", "127.3.2.1:65536", "127.3.2.1:80 ", "a:80", ":80", ""}) {
    EXPECT_FALSE(parse_ipv4_endpoint(text)) << text;
  }
}

}  // namespace
}  // namespace holdfast::cluster
