#include <algorithm>
#include <cerrno>
#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "cluster/proxy/loopback_test_support.hpp"
#include "cluster/proxy/service_proxy.hpp"
#include "cluster/proxy/socket_address.hpp"

namespace holdfast::cluster {
namespace {

using namespace std::chrono_literals;

proxy_endpoint ready(test_pod const& pod) { return {pod.name(), pod.at(), true, true, false}; }

class ServiceProxy : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(proxy);
    at = add("order");
  }
  ipv4_endpoint add(std::string const& name, std::optional<nanoseconds> affinity = std::nullopt) {
    auto const added =
        proxy->add_service({.name = name, .listen = {{loopback_address + 0x100, 0}}, .affinity = affinity});
    return added ? added->front() : ipv4_endpoint{};
  }
  std::unique_ptr<service_proxy> start(proxy_options options = {.sync_period = 0ns, .record_delay = 1ms}) {
    auto started = service_proxy::start(options, sink);
    return started ? std::move(*started) : nullptr;
  }

  test_sink sink;
  test_pod pod{"order-1"};
  std::unique_ptr<service_proxy> proxy = start();
  ipv4_endpoint at;
};

TEST_F(ServiceProxy, CarriesBytesBothWaysAndRecordsThem) {
  proxy->set_endpoints("order", {ready(pod)});
  auto client = connect_to(at);
  auto server = pod.accept();
  client.send("question");
  EXPECT_EQ(server.receive(8), "question");
  server.send("the answer");
  EXPECT_EQ(client.receive(10), "the answer");
  client.close();
  EXPECT_EQ(server.next(), seen::end);
  server.close();
  auto const records = sink.records(1);
  ASSERT_EQ(records.size(), 1);
  auto const& r = records[0];
  EXPECT_EQ(*r.service, "order");
  EXPECT_EQ(*r.pod, "order-1");
  EXPECT_EQ(r.to, pod.at());
  EXPECT_EQ(r.client.address, loopback_address);
  EXPECT_EQ(r.bytes_to_pod, 8);
  EXPECT_EQ(r.bytes_to_client, 10);
  EXPECT_EQ(r.how, connection_end::by_client);
  EXPECT_LE(r.start, r.end);
}

TEST_F(ServiceProxy, RefusesWithoutEndpointsAndAcceptsWhenTheyCome) {
  EXPECT_EQ(connect_to(at).error(), ECONNREFUSED);
  proxy->set_endpoints("order", {ready(pod)});
  EXPECT_TRUE(connect_to(at).is_open());
  proxy->set_endpoints("order", {});
  EXPECT_EQ(connect_to(at).error(), ECONNREFUSED);
  auto const refusing = sink.event(proxy_event::kind::refusing);
  ASSERT_TRUE(refusing);
  EXPECT_THAT(refusing->text, ::testing::HasSubstr("none of 0 endpoints serves"));
  proxy->set_endpoints("order", {ready(pod)});
  EXPECT_TRUE(connect_to(at).is_open());
}

TEST_F(ServiceProxy, PassesAHalfCloseOnAndStillCarriesTheAnswer) {
  proxy->set_endpoints("order", {ready(pod)});
  auto client = connect_to(at);
  auto server = pod.accept();
  client.send("all I have");
  client.finish();
  EXPECT_EQ(server.receive(100), "all I have");
  EXPECT_EQ(server.next(), seen::end);
  server.send("thanks");
  EXPECT_EQ(client.receive(6), "thanks");
  server.finish();
  EXPECT_EQ(client.next(), seen::end);
}

TEST_F(ServiceProxy, SeesAnEndThatCameTogetherWithTheBytes) {
  proxy->set_endpoints("order", {ready(pod)});
  for (int i = 0; i < 50; ++i) {
    auto client = connect_to(at);
    auto server = pod.accept();
    server.send("last words");
    server.close();
    EXPECT_EQ(client.receive(100), "last words");
    ASSERT_EQ(client.next(), seen::end);
  }
}

TEST_F(ServiceProxy, PassesAResetOnInBothDirections) {
  proxy->set_endpoints("order", {ready(pod)});
  auto client = connect_to(at);
  auto server = pod.accept();
  server.reset();
  EXPECT_EQ(client.next(), seen::reset);
  EXPECT_EQ(sink.records(1).at(0).how, connection_end::reset_by_pod);

  auto second = connect_to(at);
  auto second_server = pod.accept();
  second.reset();
  EXPECT_EQ(second_server.next(), seen::reset);
  EXPECT_EQ(sink.records(2).at(1).how, connection_end::reset_by_client);
}

TEST_F(ServiceProxy, GivesTheClientWhatThePodSentBeforeItsReset) {
  proxy->set_endpoints("order", {ready(pod)});
  // At once after the connect, later, and while the client sends: the reset may show at any of the proxy's steps.
  for (int i = 0; i < 100; ++i) {
    auto client = connect_to(at);
    auto server = pod.accept();
    if (i % 3 == 1) (void)client.next(1ms);
    server.send("too large");
    if (i % 2 == 0) client.send("more");
    server.reset();
    ASSERT_EQ(client.receive(9), "too large");
    ASSERT_EQ(client.next(), seen::reset);
  }
}

TEST_F(ServiceProxy, CarriesWhatFollowsUrgentBytes) {
  proxy->set_endpoints("order", {ready(pod)});
  auto client = connect_to(at);
  auto server = pod.accept();
  client.send("one");
  ASSERT_EQ(::send(client.descriptor(), "!", 1, MSG_OOB), 1);
  client.send("two");
  client.finish();
  EXPECT_EQ(server.receive(6), "onetwo") << "the urgent byte itself is out of band";
  EXPECT_EQ(server.next(), seen::end);
}

TEST_F(ServiceProxy, ResetsTheClientOfAPodThatRefuses) {
  proxy->set_endpoints("order", {ready(pod)});
  pod.stop_listening();
  auto client = connect_to(at);
  // A proxy has accepted before it knows: the reset comes while the client still looks at its connect, or later.
  if (client.is_open()) {
    EXPECT_EQ(client.next(), seen::reset);
  } else {
    EXPECT_EQ(client.error(), ECONNRESET);
  }
  EXPECT_EQ(sink.records(1).at(0).how, connection_end::refused);
  EXPECT_EQ(proxy->usage().failed, 1);
}

TEST_F(ServiceProxy, HoldsLittleForASlowReader) {
  proxy->set_endpoints("order", {ready(pod)});
  auto client = connect_to(at);
  auto server = pod.accept();
  constexpr std::size_t whole = 100UL * 1000 * 1000;
  std::size_t sent = 0;
  // Until the pod cannot send any more: the client reads nothing.
  for (int idle = 0; sent < whole && idle < 20;) {
    auto const n = server.send_some(std::min<std::size_t>(1UL << 20U, whole - sent));
    sent += n;
    idle = n == 0 ? idle + 1 : 0;
    if (n == 0) (void)server.next(10ms);
  }
  EXPECT_LT(sent, whole) << "back-pressure reaches the pod";
  EXPECT_LE(proxy->usage().most_held_bytes, 64UL * 1024);
  std::size_t received = 0;
  while (received < whole) {
    sent += server.send_some(std::min<std::size_t>(1UL << 20U, whole - sent));
    auto const got = client.receive(std::min<std::size_t>(sent - received, 1UL << 20U)).size();
    ASSERT_GT(got, 0);
    received += got;
  }
  EXPECT_EQ(received, whole);
  EXPECT_LE(proxy->usage().most_held_bytes, 64UL * 1024);
  EXPECT_EQ(proxy->usage().held_bytes, 0);
}

TEST_F(ServiceProxy, KeepsConnectionsOnTheirPodWhenEndpointsChange) {
  test_pod other{"order-2"};
  proxy->set_endpoints("order", {ready(pod)});
  auto client = connect_to(at);
  auto server = pod.accept();
  proxy->set_endpoints("order", {ready(other)});
  client.send("still there");
  EXPECT_EQ(server.receive(11), "still there");
  auto second = connect_to(at);
  EXPECT_TRUE(other.accept().is_open());
  EXPECT_FALSE(pod.accept(0ns).is_open());
}

TEST_F(ServiceProxy, SendsNewConnectionsToATerminatingPodThatServesWhenNoneIsReady) {
  proxy->set_endpoints(
      "order", {{"order-1", pod.at(), false, true, true}, {"order-2", {loopback_address, 1}, false, false, false}});
  auto client = connect_to(at);
  EXPECT_TRUE(pod.accept().is_open());
}

TEST_F(ServiceProxy, PinsAClientAddressWithAffinity) {
  std::vector<test_pod> pods;
  std::vector<proxy_endpoint> endpoints;
  for (int i = 0; i < 4; ++i) endpoints.push_back(ready(pods.emplace_back("p" + std::to_string(i))));
  auto const pinned = add("pinned", 3h);
  proxy->set_endpoints("pinned", endpoints);
  std::map<std::uint32_t, std::set<std::string>> seen_pods;
  std::vector<std::uint32_t> const clients{loopback_address, loopback_address + 1, loopback_address + 2};
  for (int i = 0; i < 36; ++i) connect_to(pinned, clients[static_cast<std::size_t>(i) % clients.size()]).reset();
  for (auto const& r : sink.records(36)) seen_pods[r.client.address].insert(*r.pod);
  ASSERT_EQ(seen_pods.size(), 3);
  for (auto const& [client, names] : seen_pods) EXPECT_EQ(names.size(), 1);
}

TEST_F(ServiceProxy, ShowsThePodItsClientsAddress) {
  proxy->set_endpoints("order", {ready(pod)});
  auto client = connect_to(at, loopback_address + 0x4242);
  EXPECT_EQ(pod.accept().peer_address(), loopback_address + 0x4242);
}

TEST_F(ServiceProxy, AppliesChangesAtMostOnceAPeriod) {
  proxy = start({.sync_period = 1h});
  at = add("order");
  proxy->set_endpoints("order", {ready(pod)});
  EXPECT_TRUE(connect_to(at).is_open());
  proxy->set_endpoints("order", {});
  EXPECT_TRUE(connect_to(at).is_open()) << "the next change is due in an hour";
}

TEST_F(ServiceProxy, TellsAddressesInUse) {
  auto const again = proxy->add_service({.name = "other", .listen = {at, {loopback_address + 0x200, 0}}});
  ASSERT_FALSE(again);
  ASSERT_EQ(again.error().size(), 1);
  EXPECT_EQ(again.error()[0].value, to_string(at));
  EXPECT_THAT(again.error()[0].problem, ::testing::HasSubstr("Address already in use"));
}

TEST_F(ServiceProxy, GivesAddressesUpWithTheServiceAndKeepsItsConnections) {
  proxy->set_endpoints("order", {ready(pod)});
  auto client = connect_to(at);
  auto server = pod.accept();
  proxy->remove_service("order");
  EXPECT_EQ(connect_to(at).error(), ECONNREFUSED);
  client.send("on");
  EXPECT_EQ(server.receive(2), "on");
  EXPECT_TRUE(proxy->add_service({.name = "order", .listen = {at}}));
}

TEST_F(ServiceProxy, TakesOneMoreAddressAndGivesItUpWhileOthersAreUsed) {
  proxy->set_endpoints("order", {ready(pod)});
  auto const second = proxy->add_address("order", {loopback_address + 0x200, 0});
  ASSERT_TRUE(second.has_value());
  auto client = connect_to(*second);
  auto server = pod.accept();
  client.send("here too");
  EXPECT_EQ(server.receive(8), "here too");
  EXPECT_TRUE(connect_to(at).is_open());
  proxy->remove_address("order", *second);
  EXPECT_EQ(connect_to(*second).error(), ECONNREFUSED);
  EXPECT_TRUE(connect_to(at).is_open());
  server.send("still");
  EXPECT_EQ(client.receive(5), "still");
}

TEST_F(ServiceProxy, AnAddressThatComesLaterRefusesWhileTheServiceDoes) {
  auto const second = proxy->add_address("order", {loopback_address + 0x200, 0});
  ASSERT_TRUE(second.has_value());
  EXPECT_EQ(connect_to(*second).error(), ECONNREFUSED);
  EXPECT_FALSE(proxy->add_address("order", *second).has_value()) << "it is taken, though nobody listens";
  EXPECT_FALSE(proxy->add_address("nobody", {loopback_address + 0x200, 0}).has_value());
  proxy->set_endpoints("order", {ready(pod)});
  EXPECT_TRUE(connect_to(*second).is_open());
}

TEST_F(ServiceProxy, WaitsWhenDescriptorsRunOutAndSaysSo) {
  proxy->set_endpoints("order", {ready(pod)});
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  auto socket = open_tcp_socket();
  ASSERT_TRUE(socket);
  auto const address = socket_address(at);
  rlimit const tight{3, before.rlim_max};  // for new descriptors: those that are open stay
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &tight), 0);
  ::connect(socket->get(), reinterpret_cast<sockaddr const*>(&address), sizeof address);
  auto const told = sink.event(proxy_event::kind::out_of_descriptors);
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  ASSERT_TRUE(told);
  EXPECT_THAT(told->text, ::testing::HasSubstr("ulimit -n"));
  auto server = pod.accept();
  ASSERT_TRUE(server.is_open()) << "accepted when descriptors were free";
  test_connection client{std::move(*socket)};
  client.send("patient");
  EXPECT_EQ(server.receive(7), "patient");
}

TEST_F(ServiceProxy, CarriesFiveThousandConnectionsAtOnce) {
  constexpr std::size_t count = 5'000;
  rlimit const before = [] {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    return limit;
  }();
  rlimit const wide{3 * count + 200, std::max<rlim_t>(before.rlim_max, 3 * count + 200)};
  if (::setrlimit(RLIMIT_NOFILE, &wide) != 0) GTEST_SKIP() << "may not open " << wide.rlim_cur << " files";
  // Connections wait in the pods' queues meanwhile: they cost the test no descriptor.
  test_pod other{"order-2"};
  proxy->set_endpoints("order", {ready(pod), ready(other)});
  std::vector<test_connection> clients;
  for (std::size_t i = 0; i < count; ++i) {
    clients.push_back(connect_to(at));
    ASSERT_TRUE(clients.back().is_open());
    clients.back().send("ask");
  }
  while (proxy->usage().bytes_to_pods < 3 * count) {
    ASSERT_EQ(clients.back().next(1ms), seen::nothing) << "no pod has answered yet";
  }
  EXPECT_EQ(proxy->usage().open, count);
  EXPECT_EQ(proxy->usage().held_bytes, 0);
  std::size_t answered = 0;
  for (auto* const p : {&pod, &other}) {
    for (auto server = p->accept(); server.is_open(); server = p->accept(0ns)) {
      ASSERT_EQ(server.receive(3), "ask");
      server.send("say");
      ++answered;
    }
  }
  EXPECT_EQ(answered, count);
  for (auto& c : clients) ASSERT_EQ(c.receive(3), "say");
  clients.clear();
  EXPECT_EQ(sink.records(count).size(), count);
  ::setrlimit(RLIMIT_NOFILE, &before);
}

}  // namespace
}  // namespace holdfast::cluster
