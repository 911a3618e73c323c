#include "cluster/api/table.hpp"

#include <gtest/gtest.h>

namespace holdfast::cluster {
namespace {

using namespace std::chrono_literals;

wall_time const noon = std::chrono::sys_days{std::chrono::year{2026} / 1 / 31} + 12h;

/// The cells of the columns that every client sees, as one text.
std::string shown(resource_kind const& kind, char const* text, bool with_wide = false) {
  auto const object = json::parse(text);
  std::string line;
  for (auto const& column : columns_of(kind)) {
    if (column.is_wide && !with_wide) continue;
    auto const cell = column.cell(object, noon);
    line += (line.empty() ? "" : "|") + (cell.is_string() ? cell.get<std::string>() : cell.dump());
  }
  return line;
}

TEST(Table, EveryKindHasAColumnForItsName) {
  for (auto const* const kind : all_kinds()) {
    auto const has_name = std::ranges::any_of(columns_of(*kind), [](auto const& each) { return each.name == "Name"; });
    EXPECT_TRUE(has_name) << kind->name;
  }
}

TEST(Table, CellsOfAnEmptyObjectCanBeMade) {
  for (auto const* const kind : all_kinds()) {
    auto const row = table_row(*kind, json::parse(R"({"metadata": {}})"), table_objects::metadata, noon);
    EXPECT_EQ(row["cells"].size(), columns_of(*kind).size()) << kind->name;
  }
}

TEST(Table, NamesItsColumnsAndRows) {
  auto const table = empty_table(kinds::deployment, "42");
  EXPECT_EQ(table["kind"], "Table");
  EXPECT_EQ(table["metadata"]["resourceVersion"], "42");
  EXPECT_EQ(table["columnDefinitions"][0]["format"], "name");
  EXPECT_EQ(table["columnDefinitions"][2]["type"], "integer");
  EXPECT_EQ(table["columnDefinitions"][5]["priority"], 1);
}

TEST(Table, ARowCarriesAsMuchOfTheObjectAsWasAskedFor) {
  auto const object = json::parse(R"({"metadata": {"name": "a"}, "data": {"b": "c"}})");
  EXPECT_FALSE(table_row(kinds::config_map, object, table_objects::none, noon).contains("object"));
  auto const row = table_row(kinds::config_map, object, table_objects::metadata, noon);
  EXPECT_EQ(row["object"]["kind"], "PartialObjectMetadata");
  EXPECT_FALSE(row["object"].contains("data"));
  EXPECT_EQ(table_row(kinds::config_map, object, table_objects::whole, noon)["object"], object);
}

TEST(Table, ADeploymentShowsHowManyAreReady) {
  EXPECT_EQ(shown(kinds::deployment, R"({"metadata": {"name": "book", "creationTimestamp": "2026-01-31T11:58:30Z"},
                                         "spec": {"replicas": 3}, "status": {"readyReplicas": 2, "updatedReplicas": 3,
                                         "availableReplicas": 2}})"),
            "book|2/3|3|2|90s");
}

TEST(Table, APodIsWhatItsContainersAre) {
  auto const pod = [](std::string const& meta, std::string const& phase, std::string const& containers) {
    return R"({"metadata": {"name": "p", "creationTimestamp": "2026-01-31T11:59:00Z")" + meta +
           R"(}, "spec": {"containers": [{}, {}]}, "status": {"phase": ")" + phase + R"(", "containerStatuses": [)" +
           containers + "]}}";
  };
  auto const* const running = R"({"ready": true, "restartCount": 0, "state": {"running": {}}})";
  EXPECT_EQ(shown(kinds::pod, pod("", "Pending", "").c_str()), "p|0/2|Pending|0|60s");
  EXPECT_EQ(shown(kinds::pod, pod("", "Running", std::string{running} + "," + running).c_str()), "p|2/2|Running|0|60s");
  auto const* const crashing =
      R"({"ready": false, "restartCount": 4, "state": {"waiting": {"reason": "CrashLoopBackOff"}},
      "lastState": {"terminated": {"finishedAt": "2026-01-31T11:59:48Z"}}})";
  EXPECT_EQ(shown(kinds::pod, pod("", "Running", std::string{running} + "," + crashing).c_str()),
            "p|1/2|CrashLoopBackOff|4 (12s ago)|60s");
  EXPECT_EQ(shown(kinds::pod, pod(R"(, "deletionTimestamp": "x")", "Running", running).c_str()),
            "p|1/2|Terminating|0|60s");
  auto const* const killed = R"({"ready": false, "restartCount": 0, "state": {"terminated": {"signal": 9}}})";
  EXPECT_EQ(shown(kinds::pod, pod("", "Failed", killed).c_str()), "p|0/2|Signal:9|0|60s");
  auto const* const exited = R"({"ready": false, "restartCount": 0, "state": {"terminated": {"exitCode": 3}}})";
  EXPECT_EQ(shown(kinds::pod, pod("", "Failed", exited).c_str()), "p|0/2|ExitCode:3|0|60s");
}

TEST(Table, APodThatIsBeingPreparedSaysHowFarItIs) {
  EXPECT_EQ(
      shown(kinds::pod, R"({"metadata": {"name": "p"}, "spec": {"containers": [{}]}, "status": {"phase": "Pending",
      "initContainerStatuses": [{"state": {"terminated": {"exitCode": 0}}}, {"state": {"running": {}}}]}})"),
      "p|0/1|Init:1/2|0|<unknown>");
}

TEST(Table, AServiceShowsAddressesAndPorts) {
  EXPECT_EQ(shown(kinds::service, R"({"metadata": {"name": "gateway", "creationTimestamp": "2026-01-31T11:00:00Z"},
      "spec": {"type": "LoadBalancer", "clusterIP": "127.9.0.1", "selector": {"app": "gateway"},
               "ports": [{"port": 8080, "protocol": "TCP", "nodePort": 30000}, {"port": 53, "protocol": "UDP"}]}})",
                  true),
            "gateway|LoadBalancer|127.9.0.1|<pending>|8080:30000/TCP,53/UDP|60m|app=gateway");
}

TEST(Table, EndpointsShowTheFirstThree) {
  EXPECT_EQ(shown(kinds::endpoints, R"({"metadata": {"name": "e"}, "subsets": [{"ports": [{"port": 80}],
      "addresses": [{"ip": "a"}, {"ip": "b"}, {"ip": "c"}, {"ip": "d"}]}]})"),
            "e|a:80,b:80,c:80 + 1 more...|<unknown>");
}

TEST(Table, AnAutoscalerShowsWhatItMeasuredBesideItsTarget) {
  EXPECT_EQ(shown(kinds::horizontal_pod_autoscaler, R"({"metadata": {"name": "order"},
      "spec": {"scaleTargetRef": {"kind": "Deployment", "name": "order"}, "minReplicas": 1, "maxReplicas": 10,
               "metrics": [{"type": "Resource", "resource": {"name": "cpu", "target": {"averageUtilization": 50}}},
                           {"type": "Pods", "pods": {"target": {"averageValue": "20"}}}]},
      "status": {"currentReplicas": 2, "currentMetrics": [
               {"type": "Resource", "resource": {"current": {"averageUtilization": 73}}}]}})"),
            "order|Deployment/order|73%/50%, <unknown>/20|1|10|2|<unknown>");
}

TEST(Table, AnEventIsAboutAnObject) {
  EXPECT_EQ(shown(kinds::event, R"({"metadata": {"name": "e"}, "type": "Normal", "reason": "Killing", "message": "why",
      "involvedObject": {"kind": "Pod", "name": "p"}, "lastTimestamp": "2026-01-31T11:59:55Z", "count": 3})"),
            "5s|Normal|Killing|pod/p|why");
}

TEST(Table, AClaimShowsItsModes) {
  EXPECT_EQ(
      shown(kinds::persistent_volume_claim, R"({"metadata": {"name": "c"}, "spec": {"accessModes": ["ReadWriteOnce",
      "ReadWriteMany"], "storageClassName": "local"}, "status": {"phase": "Bound", "capacity": {"storage": "1Gi"}}})"),
      "c|Bound||1Gi|RWO,RWX|local|<unknown>");
}

}  // namespace
}  // namespace holdfast::cluster
