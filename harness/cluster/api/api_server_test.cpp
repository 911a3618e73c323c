#include "cluster/api/api_server.hpp"

#include <gtest/gtest.h>

#include "cluster/api/api_test_support.hpp"

namespace holdfast::cluster {
namespace {

constexpr char const* book = R"({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "book"},
    "spec": {"replicas": 2, "selector": {"matchLabels": {"app": "book"}},
             "template": {"metadata": {"labels": {"app": "book"}},
                          "spec": {"containers": [{"name": "book", "image": "bookshop/book:v7"}]}}}})";
constexpr char const* config =
    R"({"metadata": {"name": "orderst", "labels": {"app": "order"}}, "data": {"status": "Bought"}})";

std::string const deployments = "/apis/apps/v1/namespaces/shop/deployments";
std::string const config_maps = "/api/v1/namespaces/shop/configmaps";
std::string const strategic = "application/strategic-merge-patch+json";

class ApiServer : public testing::Test, protected api_fixture {
 protected:
  void create_book() { ASSERT_EQ(ask("POST", deployments, book).status, 201U); }
};

TEST_F(ApiServer, NobodyWithoutTheTokenGetsAnything) {
  for (auto const* const token : {"", "Bearer", "Bearer wrong", "Bearer secret2", "Basic secret", "secret"}) {
    auto const reply = server.answer({.method = "GET",
                                      .target = "/api/v1/pods",
                                      .content_type = "",
                                      .accept = "",
                                      .authorization = token,
                                      .body = ""});
    EXPECT_EQ(reply.answer.status, 401U) << token;
    EXPECT_EQ(json::parse(reply.answer.body)["reason"], "Unauthorized");
  }
}

TEST_F(ApiServer, TellsWhatThereIs) {
  EXPECT_EQ(ask("GET", "/version").body["major"], "1");
  EXPECT_EQ(ask("GET", "/api").body["versions"][0], "v1");
  EXPECT_EQ(ask("GET", "/apis/apps").body["kind"], "APIGroup");
  EXPECT_EQ(ask("GET", "/apis/apps/v1/").body["kind"], "APIResourceList");
  EXPECT_EQ(raw("GET", "/healthz").answer.body, "ok");
  EXPECT_EQ(ask("GET", "/openapi/v2").body["swagger"], "2.0");
  auto const binary = raw("GET", "/openapi/v2", "", "", "application/com.github.proto-openapi.spec.v2@v1.0+protobuf");
  EXPECT_EQ(binary.answer.body[0], '\x0A');
}

TEST_F(ApiServer, WhatIsNotThereIsANotFoundStatus) {
  for (auto const* const path : {"/apis/batch/v1/jobs", "/nothing", "/api/v1/pods/p", "/api/v1/namespaces/shop/nodes",
                                 "/apis/apps/v1/namespaces/shop/deployments/none", "/apis/batch"}) {
    auto const got = ask("GET", path);
    EXPECT_EQ(got.status, 404U) << path;
    EXPECT_EQ(got.body["kind"], "Status") << path;
  }
}

TEST_F(ApiServer, CreatesReadsAndDeletes) {
  auto const made = ask("POST", config_maps, config);
  EXPECT_EQ(made.status, 201U);
  EXPECT_EQ(made.body["metadata"]["namespace"], "shop");
  EXPECT_EQ(ask("GET", config_maps + "/orderst").body["data"]["status"], "Bought");
  EXPECT_EQ(ask("POST", config_maps, config).body["reason"], "AlreadyExists");
  auto const gone = ask("DELETE", config_maps + "/orderst");
  EXPECT_EQ(gone.body["status"], "Success");
  EXPECT_EQ(gone.body["details"]["uid"], made.body["metadata"]["uid"]);
  EXPECT_EQ(ask("GET", config_maps + "/orderst").status, 404U);
}

TEST_F(ApiServer, ListsWhatIsSelected) {
  ask("POST", config_maps, config);
  ask("POST", config_maps, R"({"metadata": {"name": "other"}})");
  EXPECT_EQ(ask("GET", config_maps).body["items"].size(), 2U);
  EXPECT_EQ(ask("GET", config_maps).body["kind"], "ConfigMapList");
  EXPECT_EQ(ask("GET", config_maps + "?labelSelector=app%3Dorder").body["items"].size(), 1U);
  EXPECT_EQ(ask("GET", config_maps + "?fieldSelector=metadata.name%3Dother").body["items"].size(), 1U);
  EXPECT_EQ(ask("GET", "/api/v1/configmaps").body["items"].size(), 2U);
  EXPECT_EQ(ask("GET", config_maps + "?labelSelector=%3D%3D").status, 400U);
  EXPECT_EQ(ask("GET", config_maps + "?fieldSelector=data.x%3D1").status, 400U);
}

TEST_F(ApiServer, WritesTablesForThoseWhoAsk) {
  create_book();
  auto const table = ask("GET", deployments, "", "", "application/json;as=Table;v=v1;g=meta.k8s.io,application/json");
  EXPECT_EQ(table.body["kind"], "Table");
  EXPECT_EQ(table.body["rows"][0]["cells"][0], "book");
  EXPECT_EQ(table.body["rows"][0]["cells"][1], "0/2");
  EXPECT_EQ(table.body["rows"][0]["object"]["metadata"]["name"], "book");
  auto const one = ask("GET", deployments + "/book?includeObject=Object", "", "", "application/json;as=Table;v=v1;g=x");
  EXPECT_EQ(one.body["rows"][0]["object"]["spec"]["replicas"], 2);
}

TEST_F(ApiServer, PatchesInEachOfTheThreeWays) {
  create_book();
  EXPECT_EQ(ask("PATCH", deployments + "/book", R"({"spec": {"replicas": 3}})", "application/merge-patch+json")
                .body["spec"]["replicas"],
            3);
  EXPECT_EQ(ask("PATCH", deployments + "/book", R"([{"op": "replace", "path": "/spec/replicas", "value": 4}])",
                "application/json-patch+json")
                .body["spec"]["replicas"],
            4);
  auto const image =
      ask("PATCH", deployments + "/book",
          R"({"spec": {"template": {"spec": {"containers": [{"name": "book", "image": "bookshop/book:v4"}]}}}})",
          strategic);
  EXPECT_EQ(image.body["spec"]["template"]["spec"]["containers"][0]["image"], "bookshop/book:v4");
  EXPECT_EQ(image.body["spec"]["template"]["spec"]["containers"].size(), 1U);
  EXPECT_EQ(image.body["metadata"]["generation"], 4);
  EXPECT_EQ(ask("PATCH", deployments + "/book", "{}", "text/plain").status, 415U);
}

TEST_F(ApiServer, AnEditOfAnOldVersionIsAConflict) {
  create_book();
  auto const read = ask("GET", deployments + "/book").body;
  ask("PATCH", deployments + "/book", R"({"spec": {"replicas": 3}})", "application/merge-patch+json");
  EXPECT_EQ(ask("PUT", deployments + "/book", read.dump()).body["reason"], "Conflict");
  EXPECT_EQ(ask("PATCH", deployments + "/book", R"({"metadata": {"resourceVersion": "1"}, "spec": {"replicas": 9}})",
                strategic)
                .status,
            409U);
}

TEST_F(ApiServer, ScalesThroughTheScale) {
  create_book();
  auto scale = ask("GET", deployments + "/book/scale").body;
  EXPECT_EQ(scale["kind"], "Scale");
  EXPECT_EQ(scale["status"]["selector"], "app=book");
  scale["spec"]["replicas"] = 5;
  EXPECT_EQ(ask("PUT", deployments + "/book/scale", scale.dump()).body["spec"]["replicas"], 5);
  EXPECT_EQ(ask("PUT", deployments + "/book/scale", scale.dump()).body["reason"], "Conflict");
  EXPECT_EQ(ask("PATCH", deployments + "/book/scale", R"({"spec": {"replicas": 6}})", "application/merge-patch+json")
                .body["spec"]["replicas"],
            6);
  EXPECT_EQ(
      ask("PATCH", deployments + "/book/scale", R"({"spec": {"replicas": -1}})", "application/merge-patch+json").status,
      422U);
  EXPECT_EQ(ask("GET", deployments + "/book").body["spec"]["replicas"], 6);
}

TEST_F(ApiServer, AStatusIsWrittenApart) {
  create_book();
  auto const written = ask("PATCH", deployments + "/book/status",
                           R"({"spec": {"replicas": 9}, "status": {"replicas": 2}})", "application/merge-patch+json");
  EXPECT_EQ(written.body["status"]["replicas"], 2);
  EXPECT_EQ(written.body["spec"]["replicas"], 2);
}

TEST_F(ApiServer, AutoscalersAreServedInBothVersions) {
  auto const made =
      ask("POST", "/apis/autoscaling/v1/namespaces/shop/horizontalpodautoscalers",
          R"({"apiVersion": "autoscaling/v1", "kind": "HorizontalPodAutoscaler", "metadata": {"name": "order"},
                            "spec": {"scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "order"},
                                     "minReplicas": 1, "maxReplicas": 10, "targetCPUUtilizationPercentage": 50}})");
  EXPECT_EQ(made.status, 201U) << made.body;
  EXPECT_EQ(made.body["spec"]["targetCPUUtilizationPercentage"], 50);
  auto const newer = ask("GET", "/apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers/order").body;
  EXPECT_EQ(newer["spec"]["metrics"][0]["resource"]["target"]["averageUtilization"], 50);
  auto const list = ask("GET", "/apis/autoscaling/v1/namespaces/shop/horizontalpodautoscalers").body;
  EXPECT_EQ(list["apiVersion"], "autoscaling/v1");
  EXPECT_EQ(list["items"][0]["apiVersion"], "autoscaling/v1");
}

TEST_F(ApiServer, RefusesBodiesThatAreNone) {
  EXPECT_EQ(ask("POST", config_maps, "{").status, 400U);
  EXPECT_EQ(ask("POST", config_maps, "[]").status, 400U);
  EXPECT_EQ(ask("POST", config_maps).status, 400U);
  EXPECT_EQ(ask("POST", config_maps, R"({"metadata": 3})").status, 400U);
  EXPECT_EQ(ask("POST", config_maps, R"({"kind": "Secret", "metadata": {"name": "s"}})").status, 400U);
  EXPECT_EQ(ask("POST", config_maps, R"({"metadata": {"name": "s", "namespace": "other"}})").status, 400U);
  EXPECT_EQ(ask("POST", config_maps, std::string(200, '[') + std::string(200, ']')).status, 400U);
  EXPECT_EQ(ask("POST", config_maps, "k8s", "application/vnd.kubernetes.protobuf").status, 400U);
  EXPECT_EQ(ask("POST", config_maps + "?dryRun=All", config).status, 400U);
  EXPECT_EQ(ask("POST", config_maps, R"({"metadata": {"name": "s"}, "datta": {}})").status, 422U);
  EXPECT_EQ(store.count(kinds::config_map), 0U);
}

TEST_F(ApiServer, ReadsProtobufAndAnswersJson) {
  std::string const body{
      "k8s\0\x0A\x0F\x0A\x02v1\x12\x09"
      "ConfigMap\x12\x05\x0A\x03\x0A\x01m",
      28};
  auto const made = raw("POST", config_maps, body, "application/vnd.kubernetes.protobuf",
                        "application/vnd.kubernetes.protobuf,application/json");
  EXPECT_EQ(made.answer.status, 201U);
  EXPECT_EQ(made.answer.content_type, "application/json");
  EXPECT_EQ(json::parse(made.answer.body)["metadata"]["name"], "m");
  EXPECT_EQ(ask("POST", "/api/v1/namespaces/shop/secrets", body, "application/vnd.kubernetes.protobuf").status, 400U);
}

TEST_F(ApiServer, DeletesAllThatAreSelected) {
  ask("POST", config_maps, config);
  ask("POST", config_maps, R"({"metadata": {"name": "other"}})");
  EXPECT_EQ(ask("DELETE", config_maps + "?labelSelector=app%3Dorder").status, 200U);
  EXPECT_EQ(ask("GET", config_maps).body["items"].size(), 1U);
}

TEST_F(ApiServer, ADeletionTakesItsOptionsFromBodyOrParameters) {
  ask("POST", config_maps, config);
  EXPECT_EQ(ask("DELETE", config_maps + "/orderst", R"({"preconditions": {"uid": "another"}})").status, 409U);
  EXPECT_EQ(ask("DELETE", config_maps + "/orderst", R"({"propagationPolicy": "Sideways"})").status, 400U);
  EXPECT_EQ(ask("DELETE", config_maps + "/orderst", R"({"dryRun": ["All"]})").status, 400U);
  EXPECT_EQ(ask("DELETE", config_maps + "/orderst?gracePeriodSeconds=-1").status, 400U);
  EXPECT_EQ(ask("DELETE", config_maps + "/orderst?gracePeriodSeconds=soon").status, 400U);
  EXPECT_EQ(ask("DELETE", config_maps + "/orderst?gracePeriodSeconds=9223372036854775807").status, 400U);
  auto const waits = ask("DELETE", config_maps + "/orderst?propagationPolicy=Foreground");
  EXPECT_EQ(waits.body["metadata"]["finalizers"][0], "foregroundDeletion");
}

class ApiServerPods : public ApiServer {
 protected:
  ApiServerPods() {
    EXPECT_EQ(ask("POST", "/api/v1/namespaces/shop/pods",
                  R"({"metadata": {"name": "p", "labels": {"app": "book"}},
                      "spec": {"containers": [{"name": "c", "image": "i"}]}})")
                  .status,
              201U);
  }
};

TEST_F(ApiServerPods, LogsAreAskedForWithTheirOptions) {
  auto const reply =
      raw("GET", "/api/v1/namespaces/shop/pods/p/log?container=c&follow=true&tailLines=5&sinceSeconds=60");
  EXPECT_TRUE(reply.stream);
  EXPECT_EQ(reply.answer.content_type, "text/plain");
  EXPECT_EQ(backend.asked.pod, (object_key{"shop", "p"}));
  EXPECT_EQ(backend.asked.container, "c");
  EXPECT_TRUE(backend.asked.follow);
  EXPECT_FALSE(backend.asked.previous);
  EXPECT_EQ(backend.asked.tail_lines, 5);
  EXPECT_EQ(backend.asked.since, now - std::chrono::seconds{60});
  EXPECT_EQ(ask("GET", "/api/v1/namespaces/shop/pods/p/log?tailLines=x").status, 400U);
  EXPECT_EQ(ask("GET", "/api/v1/namespaces/shop/pods/none/log").status, 404U);
}

TEST_F(ApiServerPods, UsageIsServedAsMetrics) {
  backend.used = {{.pod = {"shop", "p"},
                   .container = "c",
                   .cpu = quantity::from_milli(250),
                   .memory = quantity::from_milli(std::int64_t{64} * 1024 * 1024 * 1000),
                   .at = now,
                   .window = std::chrono::seconds{15}}};
  auto const pods = ask("GET", "/apis/metrics.k8s.io/v1beta1/namespaces/shop/pods?labelSelector=app%3Dbook").body;
  ASSERT_EQ(pods["items"].size(), 1U);
  EXPECT_EQ(pods["items"][0]["containers"][0]["usage"]["cpu"], "250m");
  EXPECT_EQ(pods["items"][0]["containers"][0]["usage"]["memory"], "65536Ki");
  EXPECT_EQ(pods["items"][0]["window"], "15.000s");
  EXPECT_EQ(ask("GET", "/apis/metrics.k8s.io/v1beta1/namespaces/shop/pods/none").status, 404U);
}

TEST_F(ApiServerPods, WhatCannotBeDoneHereSaysSo) {
  for (auto const* const sub : {"exec", "attach", "portforward"}) {
    auto const got = ask("POST", std::string{"/api/v1/namespaces/shop/pods/p/"} + sub);
    EXPECT_EQ(got.status, 501U);
    EXPECT_EQ(got.body["kind"], "Status");
    EXPECT_NE(got.body["message"].get<std::string>().find(sub), std::string::npos);
  }
}

}  // namespace
}  // namespace holdfast::cluster
