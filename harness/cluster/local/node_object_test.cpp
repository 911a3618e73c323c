#include "cluster/local/node_object.hpp"

#include <gtest/gtest.h>

#include "cluster/objects/admission.hpp"

namespace holdfast::cluster {
namespace {

machine_facts const machine{.host_name = "desk",
                            .processors = 8,
                            .memory_bytes = 16UL * 1024 * 1024 * 1024,
                            .architecture = "amd64",
                            .kernel = "6.1.0-13-amd64",
                            .system = "Debian GNU/Linux 12 (bookworm)",
                            .machine_id = "m",
                            .boot_id = "b"};
wall_time const begin{std::chrono::sys_days{std::chrono::year{2026} / 1 / 31}};

TEST(NodeObject, OffersTheWholeMachine) {
  auto const node = node_object(machine, {}, begin);
  EXPECT_EQ(node["metadata"]["name"], "local");
  EXPECT_EQ(node["metadata"]["labels"]["kubernetes.io/hostname"], "local");
  auto const amounts = json::parse(R"({"cpu": "8", "memory": "16777216Ki", "pods": "60960"})");
  EXPECT_EQ(node["status"]["capacity"], amounts);
  EXPECT_EQ(node["status"]["allocatable"], amounts);
  auto const& ready = node["status"]["conditions"][0];
  EXPECT_EQ(ready["type"], "Ready");
  EXPECT_EQ(ready["status"], "True");
  EXPECT_EQ(ready["lastTransitionTime"], "2026-01-31T00:00:00Z");
  EXPECT_EQ(
      node["status"]["addresses"],
      json::parse(R"([{"type": "InternalIP", "address": "127.0.0.1"}, {"type": "Hostname", "address": "desk"}])"));
  auto const& info = node["status"]["nodeInfo"];
  EXPECT_EQ(info["kubeletVersion"], "v1.34.0-holdfast");
  EXPECT_EQ(info["osImage"], "Debian GNU/Linux 12 (bookworm)");
  EXPECT_EQ(info["kernelVersion"], "6.1.0-13-amd64");
}

TEST(NodeObject, IsStoredWithItsStatus) {
  object_store store{{.now = [] { return begin; }, .admit = admit}};
  auto const node = node_object(machine, {}, begin);
  auto const stored = put_node(store, node);
  ASSERT_TRUE(stored) << stored.error().message;
  EXPECT_EQ((**stored)["status"], node["status"]);
  EXPECT_FALSE(put_node(store, node)) << "there is one";
}

TEST(MachineFacts, AreThoseOfThisMachine) {
  auto const facts = facts_of_this_machine();
  EXPECT_GE(facts.processors, 1);
  EXPECT_GT(facts.memory_bytes, 1024UL * 1024);
  EXPECT_FALSE(facts.host_name.empty());
  EXPECT_FALSE(facts.kernel.empty());
  EXPECT_FALSE(facts.architecture.empty());
}

}  // namespace
}  // namespace holdfast::cluster
