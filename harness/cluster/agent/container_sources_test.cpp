#include "cluster/agent/container_sources.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cluster/agent/agent_test_support.hpp"

namespace holdfast::cluster {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Key;
using ::testing::Not;
using ::testing::Pair;

/// A namespace "shop" with a ConfigMap and a Secret, and a node.
class ContainerSources : public ::testing::Test {
 protected:
  ContainerSources() {
    cluster_.create(kinds::config_map, R"({"metadata": {"name": "shop"}, "data": {"PORT": "8080", "9lives": "x"},
                                           "binaryData": {"BLOB": "AAEC"}})");
    cluster_.create(kinds::secret, R"({"metadata": {"name": "keys"}, "data": {"token": "czNjcmV0"}})");
    cluster_.create(kinds::node, R"({"metadata": {"name": "local"}})");
    cluster_.patch(kinds::node, "local",
                   R"({"status": {"addresses": [{"type": "Hostname", "address": "local"},
                                                {"type": "InternalIP", "address": "127.5.0.254"}],
                                  "allocatable": {"cpu": "8", "memory": "16Gi"}}})",
                   update_scope::status);
  }

  object_ptr pod_with(std::string const& container, std::string const& pod = "") {
    return cluster_.create_pod(R"({"containers": [{"name": "main", "image": "a", )" + container + "}]" + pod + "}",
                               R"({"labels": {"app": "order", "tier": "back"},
                                   "annotations": {"note": "two\nlines", "quote": "a \"b\" \\ c"}})");
  }
  result<container_environment, start_obstacle> made(json const& pod) {
    return environment_of(pod, pod["spec"]["containers"][0], "127.5.16.1", cluster_.store);
  }
  string_map variables(std::string const& container, std::string const& pod = "") {
    auto const environment = made(*pod_with(container, pod));
    EXPECT_TRUE(environment) << environment.error().why.statement;
    return environment ? environment->variables : string_map{};
  }

  admitting_store cluster_;
};

TEST_F(ContainerSources, VariablesComeFromMapsSecretsAndText) {
  auto const environment = made(*pod_with(R"(
    "envFrom": [{"configMapRef": {"name": "shop"}}, {"prefix": "K_", "secretRef": {"name": "keys"}}],
    "env": [{"name": "URL", "value": "http://x:$(PORT)/"}, {"name": "EMPTY"},
            {"name": "TOKEN", "valueFrom": {"secretKeyRef": {"name": "keys", "key": "token"}}},
            {"name": "PORT", "valueFrom": {"configMapKeyRef": {"name": "shop", "key": "PORT"}}}])"));
  ASSERT_TRUE(environment);
  EXPECT_THAT(environment->variables,
              ElementsAre(Pair("EMPTY", ""), Pair("HOSTNAME", "order-1"), Pair("K_token", "s3cret"),
                          Pair("PORT", "8080"), Pair("TOKEN", "s3cret"), Pair("URL", "http://x:8080/")))
      << "binary data are no variables";
  EXPECT_THAT(environment->skipped,
              ElementsAre("Keys [9lives] from the EnvFrom configMap shop/shop were skipped since they are "
                          "considered invalid environment variable names."));
}

struct missing_case {
  char const* claim;
  char const* container;
  char const* statement;
};

TEST_F(ContainerSources, WhatIsMissingIsAnObstacleInKubernetesWords) {
  for (auto const& c :
       {missing_case{"a map", R"("envFrom": [{"configMapRef": {"name": "none"}}])",
                     R"(Error: configmap "none" not found)"},
        missing_case{"a secret", R"("envFrom": [{"secretRef": {"name": "none"}}])",
                     R"(Error: secret "none" not found)"},
        missing_case{"a key of a map",
                     R"("env": [{"name": "A", "valueFrom": {"configMapKeyRef": {"name": "shop", "key": "nokey"}}}])",
                     "Error: couldn't find key nokey in ConfigMap shop/shop"},
        missing_case{"binary data are no text",
                     R"("env": [{"name": "A", "valueFrom": {"configMapKeyRef": {"name": "shop", "key": "BLOB"}}}])",
                     "Error: couldn't find key BLOB in ConfigMap shop/shop"},
        missing_case{"a key of a secret",
                     R"("env": [{"name": "A", "valueFrom": {"secretKeyRef": {"name": "keys", "key": "nokey"}}}])",
                     "Error: couldn't find key nokey in Secret shop/keys"}}) {
    SCOPED_TRACE(c.claim);
    auto const environment = made(*pod_with(c.container));
    ASSERT_FALSE(environment);
    EXPECT_EQ(environment.error().why.statement, c.statement);
    EXPECT_EQ(environment.error().waiting_reason, "CreateContainerConfigError");
    EXPECT_EQ(environment.error().event_reason, "Failed");
    EXPECT_TRUE(cluster_.store.remove(kinds::pod, {"shop", "order-1"}, {.grace_seconds = 0}));
  }
}

TEST_F(ContainerSources, WhatIsOptionalIsLeftOut) {
  EXPECT_THAT(variables(R"(
    "envFrom": [{"configMapRef": {"name": "none", "optional": true}}],
    "env": [{"name": "A", "valueFrom": {"secretKeyRef": {"name": "none", "key": "k", "optional": true}}},
            {"name": "B", "valueFrom": {"configMapKeyRef": {"name": "shop", "key": "nokey", "optional": true}}}])"),
              ElementsAre(Pair("HOSTNAME", "order-1")));
}

TEST_F(ContainerSources, AMapOfAnotherNamespaceIsNotThePods) {
  cluster_.create(kinds::name_space, R"({"metadata": {"name": "other"}})");
  cluster_.create(kinds::config_map, R"({"metadata": {"name": "theirs", "namespace": "other"}, "data": {"A": "b"}})");
  EXPECT_FALSE(made(*pod_with(R"("envFrom": [{"configMapRef": {"name": "theirs"}}])")));
}

TEST_F(ContainerSources, ServicesOfTheNamespaceAreTold) {
  cluster_.create(kinds::name_space, R"({"metadata": {"name": "other"}})");
  cluster_.create(kinds::service, R"({"metadata": {"name": "my-book"}, "spec": {"clusterIP": "127.5.0.9",
                                      "ports": [{"name": "http", "port": 80}]}})");
  cluster_.create(kinds::service, R"({"metadata": {"name": "bare"}, "spec": {"clusterIP": "None",
                                      "ports": [{"port": 80}]}})");
  cluster_.create(kinds::service, R"({"metadata": {"name": "theirs", "namespace": "other"},
                                      "spec": {"clusterIP": "127.5.0.8", "ports": [{"port": 80}]}})");
  auto const pod = pod_with(R"("env": [{"name": "BOOK", "value": "<$(MY_BOOK_SERVICE_HOST)>"}])");
  auto const all = made(*pod)->variables;
  EXPECT_THAT(
      all, AllOf(Contains(Pair("MY_BOOK_SERVICE_HOST", "127.5.0.9")), Contains(Pair("MY_BOOK_SERVICE_PORT_HTTP", "80")),
                 Contains(Pair("MY_BOOK_PORT", "tcp://127.5.0.9:80")), Contains(Pair("BOOK", "<127.5.0.9>"))));
  EXPECT_THAT(all, Not(Contains(Key("BARE_SERVICE_HOST"))));
  EXPECT_THAT(all, Not(Contains(Key("THEIRS_SERVICE_HOST"))));
  auto without_links = *pod;
  without_links["spec"]["enableServiceLinks"] = false;
  EXPECT_THAT(made(without_links)->variables,
              ElementsAre(Pair("BOOK", "<$(MY_BOOK_SERVICE_HOST)>"), Pair("HOSTNAME", "order-1")));
}

TEST_F(ContainerSources, ThePodSaysItsNameUnlessToldOtherwise) {
  auto pod = *pod_with(R"("env": [])");
  auto const host_name = [&] { return made(pod)->variables.at("HOSTNAME"); };
  EXPECT_EQ(host_name(), "order-1");
  pod["metadata"]["name"] = std::string(62, 'a') + "-bcdef";
  EXPECT_EQ(host_name(), std::string(62, 'a')) << "63 letters at most, none of them a separator at the end";
  pod["spec"]["hostname"] = "desk";
  EXPECT_EQ(host_name(), "desk");
  pod["spec"]["containers"][0]["env"] = json::parse(R"([{"name": "HOSTNAME", "value": "mine"}])");
  EXPECT_EQ(host_name(), "mine");
}

TEST_F(ContainerSources, FieldsOfThePodAreTold) {
  auto const pod = pod_with(R"("env": [])");
  auto const field = [&](char const* path) { return downward_field(*pod, path, "127.5.16.1", cluster_.store); };
  EXPECT_EQ(field("metadata.name"), "order-1");
  EXPECT_EQ(field("metadata.namespace"), "shop");
  EXPECT_EQ(field("metadata.uid"), uid_of(*pod));
  EXPECT_EQ(field("metadata.labels['app']"), "order");
  EXPECT_EQ(field("metadata.labels['none']"), "");
  EXPECT_EQ(field("metadata.labels"), "app=\"order\"\ntier=\"back\"");
  EXPECT_EQ(field("metadata.annotations['note']"), "two\nlines");
  EXPECT_EQ(field("metadata.annotations"), "note=\"two\\nlines\"\nquote=\"a \\\"b\\\" \\\\ c\"");
  EXPECT_EQ(field("spec.nodeName"), "local");
  EXPECT_EQ(field("spec.serviceAccountName"), "default");
  EXPECT_EQ(field("status.podIP"), "127.5.16.1");
  EXPECT_EQ(field("status.podIPs"), "127.5.16.1");
  EXPECT_EQ(field("status.hostIP"), "127.5.0.254") << "of the node";
  EXPECT_EQ(field("status.phase"), "") << "refused by the API";
}

TEST_F(ContainerSources, TheHostsAddressIsTheStatusesWhereItHasOne) {
  pod_with(R"("env": [])");
  auto const pod =
      cluster_.patch(kinds::pod, "order-1", R"({"status": {"hostIP": "127.0.0.1"}})", update_scope::status);
  EXPECT_EQ(downward_field(*pod, "status.hostIPs", "127.5.16.1", cluster_.store), "127.0.0.1");
}

TEST_F(ContainerSources, FieldsAreNotExpanded) {
  auto const all = variables(R"("env": [
    {"name": "IP", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}},
    {"name": "LISTEN", "value": "$(IP):80"},
    {"name": "CPU", "valueFrom": {"resourceFieldRef": {"resource": "requests.cpu", "divisor": "1m"}}}],
    "resources": {"requests": {"cpu": "250m"}})");
  EXPECT_THAT(all, ElementsAre(Pair("CPU", "250"), Pair("HOSTNAME", "order-1"), Pair("IP", "127.5.16.1"),
                               Pair("LISTEN", "127.5.16.1:80")));
}

struct resource_case {
  char const* claim;
  char const* reference;
  char const* expected;
};

TEST_F(ContainerSources, ResourcesAreTold) {
  auto const pod = cluster_.create_pod(R"({
    "initContainers": [{"name": "first", "image": "a", "resources": {"limits": {"cpu": "3"}}}],
    "containers": [{"name": "main", "image": "a", "resources": {"requests": {"cpu": "250m"}, "limits": {"memory": "64Mi"}}},
                   {"name": "side", "image": "a", "resources": {"limits": {"cpu": "0"}}}]})");
  for (auto const& c :
       {resource_case{"rounded up to a whole unit", R"({"resource": "requests.cpu"})", "1"},
        resource_case{"in units of the divisor", R"({"resource": "requests.cpu", "divisor": "1m"})", "250"},
        resource_case{"a divisor of 0 counts as 1", R"({"resource": "limits.memory", "divisor": "0"})", "67108864"},
        resource_case{"a limit is a request", R"({"resource": "requests.memory", "divisor": "1Mi"})", "64"},
        resource_case{"without a limit: the node's", R"({"resource": "limits.cpu"})", "8"},
        resource_case{"without a request: 0", R"({"containerName": "side", "resource": "requests.memory"})", "0"},
        resource_case{"a limit of 0 is none", R"({"containerName": "side", "resource": "limits.cpu"})", "8"},
        resource_case{"the node's memory",
                      R"({"containerName": "side", "resource": "limits.memory", "divisor": "1Gi"})", "16"},
        resource_case{"of an init container", R"({"containerName": "first", "resource": "limits.cpu"})", "3"},
        resource_case{"what nobody knows is 0", R"({"resource": "limits.ephemeral-storage"})", "0"}}) {
    SCOPED_TRACE(c.claim);
    EXPECT_EQ(downward_resource(*pod, (*pod)["spec"]["containers"][0], json::parse(c.reference), cluster_.store),
              c.expected);
  }
}

}  // namespace
}  // namespace holdfast::cluster
