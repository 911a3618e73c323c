#include "cluster/agent/container_spec.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cluster/agent/agent_test_support.hpp"

namespace holdfast::cluster {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

/// As the store has it: with defaults.
pod_spec spec_of(std::string const& text) {
  admitting_store cluster;
  return pod_spec_of(*cluster.create_pod(text), "127.5.16.1");
}

container_spec container_with(std::string const& fields) {
  return spec_of(R"({"containers": [{"name": "main", "image": "shop/order:v1", )" + fields + "}]}").containers.at(0);
}

TEST(PodSpec, SaysWhoItIsAndHowItsContainersRun) {
  admitting_store cluster;
  auto const pod = cluster.create_pod(R"({
    "restartPolicy": "OnFailure", "terminationGracePeriodSeconds": 7,
    "initContainers": [{"name": "first", "image": "a"}, {"name": "second", "image": "b"}],
    "containers": [{"name": "main", "image": "shop/order:v1", "command": ["order", "-p=$(PORT) "], "args": ["--fast"],
                    "workingDir": "/srv"}]})");
  auto const spec = pod_spec_of(*pod, "127.5.16.1");
  EXPECT_EQ(spec.key, (object_key{"shop", "order-1"}));
  EXPECT_EQ(spec.uid, uid_of(*pod));
  EXPECT_EQ(spec.policy, restart_policy::on_failure);
  EXPECT_EQ(spec.grace, 7s);
  ASSERT_EQ(spec.init_containers.size(), 2U);
  EXPECT_EQ(spec.init_containers[0].name, "first");
  EXPECT_EQ(spec.init_containers[1].image, "b");
  ASSERT_EQ(spec.containers.size(), 1U);
  EXPECT_EQ(spec.containers[0].image, "shop/order:v1");
  EXPECT_THAT(spec.containers[0].command, ElementsAre("order", "-p=$(PORT) ")) << "expanded when it starts";
  EXPECT_THAT(spec.containers[0].arguments, ElementsAre("--fast"));
  EXPECT_EQ(spec.containers[0].working_directory, "/srv");
}

TEST(PodSpec, WithoutWordsIsThatOfKubernetes) {
  auto const spec = spec_of(R"({"containers": [{"name": "main", "image": "a"}]})");
  EXPECT_EQ(spec.policy, restart_policy::always);
  EXPECT_EQ(spec.grace, 30s);
  EXPECT_THAT(spec.init_containers, IsEmpty());
  EXPECT_THAT(spec.containers.at(0).command, IsEmpty());
  EXPECT_THAT(spec.containers.at(0).probes, IsEmpty());
  EXPECT_FALSE(spec.containers.at(0).post_start || spec.containers.at(0).pre_stop);
  EXPECT_EQ(spec_of(R"({"restartPolicy": "Never", "containers": [{"name": "main", "image": "a"}]})").policy,
            restart_policy::never);
}

struct limits_case {
  char const* claim;
  char const* resources;
  std::optional<std::int64_t> cpu_request;
  std::optional<std::int64_t> cpu_limit;
  std::optional<std::uint64_t> memory_limit;
};

TEST(ContainerResources, BecomeLimits) {
  for (auto const& c :
       {limits_case{"nothing asked for", "{}", {}, {}, {}},
        limits_case{"a request alone", R"({"requests": {"cpu": "250m", "memory": "64Mi"}})", 250, {}, {}},
        limits_case{"a limit is the request too", R"({"limits": {"cpu": "1.5"}})", 1500, 1500, {}},
        limits_case{"both", R"({"requests": {"cpu": 1}, "limits": {"cpu": 2, "memory": "64Mi"}})", 1000, 2000,
                    64U << 20U},
        limits_case{"bytes are whole", R"({"limits": {"memory": "1000500m"}})", {}, {}, 1001},
        limits_case{"0 is no limit", R"({"requests": {"cpu": 0}, "limits": {"cpu": 0, "memory": 0}})", 0, {}, {}}}) {
    SCOPED_TRACE(c.claim);
    auto const limits = container_with(std::string{R"("resources": )"} + c.resources).limits;
    EXPECT_EQ(limits.cpu_request, c.cpu_request);
    EXPECT_EQ(limits.cpu_limit, c.cpu_limit);
    EXPECT_EQ(limits.memory_limit, c.memory_limit);
  }
  json const unfilled =
      json::parse(R"({"spec": {"containers": [{"name": "a", "resources": {"limits": {"cpu": "1"}}}]}})");
  EXPECT_EQ(pod_spec_of(unfilled, "").containers.at(0).limits.cpu_request, 1000) << "also where no default came in";
}

TEST(ContainerResources, HaveATextThatTellsThemApart) {
  auto const small = container_with(R"("resources": {"requests": {"cpu": "100m"}})").resources_text;
  EXPECT_EQ(container_with(R"("resources": {"requests": {"cpu": "100m"}})").resources_text, small);
  EXPECT_NE(container_with(R"("resources": {"requests": {"cpu": "200m"}})").resources_text, small);
  EXPECT_NE(container_with(R"("resources": {"limits": {"cpu": "100m"}})").resources_text, small);
}

TEST(ContainerProbes, HaveTheirSettings) {
  auto const probes = container_with(R"(
    "livenessProbe": {"initialDelaySeconds": 3, "periodSeconds": 5, "timeoutSeconds": 2, "failureThreshold": 4,
                      "terminationGracePeriodSeconds": 9, "tcpSocket": {"port": 8080}},
    "readinessProbe": {"successThreshold": 2, "exec": {"command": ["check", "it"]}},
    "startupProbe": {"httpGet": {"port": 8080}})")
                          .probes;
  ASSERT_EQ(probes.size(), 3U);
  auto const& alive = probes.at(probe_type::liveness).settings;
  EXPECT_EQ(alive.initial_delay, 3s);
  EXPECT_EQ(alive.period, 5s);
  EXPECT_EQ(alive.timeout, 2s);
  EXPECT_EQ(alive.success_threshold, 1);
  EXPECT_EQ(alive.failure_threshold, 4);
  EXPECT_EQ(alive.termination_grace, 9s);
  auto const& ready = probes.at(probe_type::readiness);
  EXPECT_EQ(ready.settings.initial_delay, 0s);
  EXPECT_EQ(ready.settings.period, 10s);
  EXPECT_EQ(ready.settings.timeout, 1s);
  EXPECT_EQ(ready.settings.success_threshold, 2);
  EXPECT_EQ(ready.settings.failure_threshold, 3);
  EXPECT_EQ(ready.settings.termination_grace, std::nullopt) << "the pod's";
  EXPECT_THAT(std::get<exec_action>(ready.action).command, ElementsAre("check", "it"));
}

TEST(ContainerProbes, GoToThePodUnlessTheyNameAHost) {
  auto const get = [](std::string const& fields) {
    auto const container = container_with(R"("ports": [{"containerPort": 1}, {"name": "web", "containerPort": 8080}],
                                             "readinessProbe": {"httpGet": {)" +
                                          fields + "}}");
    return std::get<http_get_action>(container.probes.at(probe_type::readiness).action);
  };
  auto const plain = get(R"("port": 9090)");
  EXPECT_EQ(plain.host, "127.5.16.1");
  EXPECT_EQ(plain.port, 9090);
  EXPECT_EQ(plain.path, "/");
  EXPECT_EQ(plain.scheme, http_get_action::protocol::http);
  EXPECT_THAT(plain.headers, IsEmpty());
  auto const full = get(R"("host": "127.0.0.1", "port": "web", "path": "/ready?x=1", "scheme": "HTTPS",
                           "httpHeaders": [{"name": "Host", "value": "shop"}, {"name": "A", "value": "b"}])");
  EXPECT_EQ(full.host, "127.0.0.1");
  EXPECT_EQ(full.port, 8080) << "of that name";
  EXPECT_EQ(full.path, "/ready?x=1");
  EXPECT_EQ(full.scheme, http_get_action::protocol::https);
  EXPECT_THAT(full.headers, ElementsAre(Pair("Host", "shop"), Pair("A", "b")));
  EXPECT_EQ(get(R"("port": "none")").port, 0) << "no port has that name";
}

TEST(ContainerProbes, OpenSocketsOfThePod) {
  auto const socket = [](std::string const& fields) {
    auto const container = container_with(R"("ports": [{"name": "db", "containerPort": 5432}],
                                             "startupProbe": {"tcpSocket": {)" +
                                          fields + "}}");
    return std::get<tcp_socket_action>(container.probes.at(probe_type::startup).action);
  };
  EXPECT_EQ(socket(R"("port": "db")").host, "127.5.16.1");
  EXPECT_EQ(socket(R"("port": "db")").port, 5432);
  EXPECT_EQ(socket(R"("port": 1, "host": "127.0.0.1")").host, "127.0.0.1");
}

TEST(ContainerHooks, AreReadAsProbesAre) {
  auto const container = container_with(R"(
    "ports": [{"name": "web", "containerPort": 8080}],
    "lifecycle": {"postStart": {"httpGet": {"port": "web", "path": "/warm"}}, "preStop": {"sleep": {"seconds": 5}}})");
  ASSERT_TRUE(container.post_start && container.pre_stop);
  auto const& warm = std::get<http_get_action>(*container.post_start);
  EXPECT_EQ(warm.host, "127.5.16.1");
  EXPECT_EQ(warm.port, 8080);
  EXPECT_EQ(warm.path, "/warm");
  EXPECT_EQ(std::get<sleep_action>(*container.pre_stop).length, 5s);
  auto const other = container_with(R"("lifecycle": {"preStop": {"exec": {"command": ["bye"]}}})");
  EXPECT_FALSE(other.post_start);
  EXPECT_THAT(std::get<exec_action>(other.pre_stop.value()).command, ElementsAre("bye"));
}

}  // namespace
}  // namespace holdfast::cluster
