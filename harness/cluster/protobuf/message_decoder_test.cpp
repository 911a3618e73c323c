#include "cluster/protobuf/message_decoder.hpp"

#include <gtest/gtest.h>

#include "cluster/protobuf/wire_test_support.hpp"

namespace holdfast::cluster {
namespace {

json read(std::string_view version, std::string_view kind, std::string_view bytes) {
  auto const object = decode_message(*find_message_form(version, kind), bytes);
  return object ? *object : json(object.error().message);
}

json config_map(std::string_view bytes) { return read("v1", "ConfigMap", bytes); }
json deployment_spec(std::string_view bytes) { return read("apps/v1", "Deployment", wire_bytes(2, bytes)); }
json service_port(std::string_view bytes) { return read("v1", "Service", wire_bytes(2, wire_bytes(1, bytes))); }
std::string refused(std::string_view why) { return "the body cannot be read: " + std::string{why}; }

TEST(MessageDecoder, AZeroIsAnAbsentFieldWhereKubernetesAlwaysWritesIt) {
  EXPECT_EQ(config_map(wire_bytes(1, wire_bytes(1, "a") + wire_bytes(2, "") + wire_number(7, 0))),
            json::parse(R"({"metadata": {"name": "a"}})"));
  EXPECT_EQ(deployment_spec(wire_number(5, 0) + wire_number(7, 0)), json::parse(R"({"spec": {}})"));
}

TEST(MessageDecoder, AZeroStandsForItselfWhereAbsenceIsAnotherThing) {
  EXPECT_EQ(deployment_spec(wire_number(1, 0) + wire_number(6, 0)),
            json::parse(R"({"spec": {"replicas": 0, "revisionHistoryLimit": 0}})"));
  EXPECT_EQ(config_map(wire_number(4, 0)), json::parse(R"({"immutable": false})"));
  auto const strategy = wire_bytes(2, wire_bytes(1, wire_number(1, 0) + wire_number(2, 0)));
  EXPECT_EQ(deployment_spec(wire_bytes(4, strategy)),
            json::parse(R"({"spec": {"strategy": {"rollingUpdate": {"maxUnavailable": 0}}}})"));
}

TEST(MessageDecoder, ATargetPortThatNobodySetIsAbsent) {
  auto const unset = wire_number(1, 0) + wire_number(2, 0) + wire_bytes(3, "");
  EXPECT_EQ(service_port(wire_number(3, 80) + wire_bytes(4, unset)),
            json::parse(R"({"spec": {"ports": [{"port": 80}]}})"));
  auto const named = wire_number(1, 1) + wire_number(2, 0) + wire_bytes(3, "http");
  EXPECT_EQ(service_port(wire_number(3, 80) + wire_bytes(4, named)),
            json::parse(R"({"spec": {"ports": [{"port": 80, "targetPort": "http"}]}})"));
}

TEST(MessageDecoder, AnEmptyMessageStaysUnlessItIsATime) {
  EXPECT_EQ(config_map(wire_bytes(1, wire_bytes(8, ""))), json::parse(R"({"metadata": {}})"));
  EXPECT_EQ(deployment_spec(wire_bytes(4, "")), json::parse(R"({"spec": {"strategy": {}}})"));
}

TEST(MessageDecoder, MapsMayLeaveKeysAndValuesOut) {
  EXPECT_EQ(config_map(wire_bytes(2, "") + wire_bytes(2, wire_bytes(1, "b"))),
            json::parse(R"({"data": {"": "", "b": ""}})"));
  EXPECT_EQ(config_map(wire_bytes(2, wire_bytes(2, "value") + wire_bytes(1, "key"))),
            json::parse(R"({"data": {"key": "value"}})"));
  EXPECT_EQ(config_map(wire_entry(3, "b", std::string_view{"\0\xFF", 2})),
            json::parse(R"({"binaryData": {"b": "AP8="}})"));
}

TEST(MessageDecoder, QuantitiesAndTimesAreTexts) {
  auto const amount = wire_bytes(1, wire_bytes(1, "storage") + wire_bytes(2, wire_bytes(1, "1Gi"))) +
                      wire_bytes(1, wire_bytes(1, "none"));
  EXPECT_EQ(read("v1", "PersistentVolumeClaim", wire_bytes(2, wire_bytes(2, amount))),
            json::parse(R"({"spec": {"resources": {"limits": {"storage": "1Gi", "none": "0"}}}})"));
  auto const time = wire_number(1, 1769860800) + wire_number(2, 250'000'000);
  EXPECT_EQ(config_map(wire_bytes(1, wire_bytes(8, time))),
            json::parse(R"({"metadata": {"creationTimestamp": "2026-01-31T12:00:00.250000Z"}})"));
  EXPECT_EQ(config_map(wire_bytes(1, wire_bytes(8, wire_number(1, -1)))),
            json::parse(R"({"metadata": {"creationTimestamp": "1969-12-31T23:59:59Z"}})"));
}

TEST(MessageDecoder, NumbersOfAListMayBePacked) {
  auto const pod = [](std::string const& groups) {
    return read("v1", "Pod", wire_bytes(2, wire_bytes(14, groups)))["spec"]["securityContext"]["supplementalGroups"];
  };
  EXPECT_EQ(pod(wire_number(4, 5) + wire_number(4, -1)), json::parse("[5, -1]"));
  EXPECT_EQ(pod(wire_bytes(4, wire_varint(5) + wire_varint(300)) + wire_number(4, 0)), json::parse("[5, 300, 0]"));
}

TEST(MessageDecoder, ManagedFieldsCarryJson) {
  auto const with = [](std::string_view text) {
    return config_map(wire_bytes(1, wire_bytes(17, wire_bytes(7, wire_bytes(1, text)))));
  };
  EXPECT_EQ(with(R"({"f:data": {}})")["metadata"]["managedFields"][0]["fieldsV1"], json::parse(R"({"f:data": {}})"));
  EXPECT_EQ(with("{"), refused("metadata.managedFields[0].fieldsV1: the body cannot be read: this is no JSON: error "
                               "at byte 2"));
}

struct hostile {
  std::string message;
  std::string_view why;
};

TEST(MessageDecoder, WhatAConfigMapCannotHoldIsRefusedWithItsPlace) {
  std::vector<hostile> const all{
      {wire_bytes(9, ""), "ConfigMap has no field of number 9 that is known here"},
      {wire_bytes(1, wire_bytes(99, "")), "metadata: ObjectMeta has no field of number 99 that is known here"},
      {wire_bytes(1, "") + wire_bytes(1, ""), "metadata: it is there twice"},
      {wire_bytes(1, wire_bytes(2, "") + wire_bytes(2, "")), "metadata.generateName: it is there twice"},
      {wire_number(1, 3), "metadata: it is written as protobuf's type 0, not as 2"},
      {wire_bytes(4, "x"), "immutable: it is written as protobuf's type 2, not as 0"},
      {std::string{"\x25\1\0\0\0", 5}, "immutable: it is written as protobuf's type 5, not as 0"},
      {wire_number(4, 2), "immutable: 2 is neither true nor false"},
      {wire_number(2, 2), "data: it is written as protobuf's type 0, not as 2"},
      {wire_entry(2, "a", "1") + wire_entry(2, "a", "2"), "data[a]: the key is there twice"},
      {wire_entry(2, "a", "\xFF"), "data[a]: the text is not UTF-8"},
      {wire_entry(2, "\xC0\x80", ""), "data: the text is not UTF-8"},
      {wire_bytes(2, wire_bytes(1, "a") + wire_bytes(1, "b")), "data: an entry has its key or its value twice"},
      {wire_bytes(2, wire_bytes(3, "a")), "data: an entry has no field of number 3"},
      {wire_bytes(2, wire_bytes(1, "a") + wire_number(2, 7)), "data[a]: it is written as protobuf's type 0, not as 2"},
      {wire_bytes(2, wire_number(1, 7)), "data: it is written as protobuf's type 0, not as 2"},
      {wire_bytes(2, "\x0A\x05"), "data: it ends within a field"},
      {wire_bytes(1, "\x0A\x05"), "metadata: it ends within a field"},
      {wire_bytes(1, wire_bytes(8, wire_number(2, -1))),
       "metadata.creationTimestamp: 0 s and -1 ns since 1970 are no time that is known here"},
      {wire_bytes(1, wire_bytes(8, wire_number(1, std::int64_t{1} << 62U))),
       "metadata.creationTimestamp: 4611686018427387904 s and 0 ns since 1970 are no time that is known here"},
      {wire_bytes(1, wire_bytes(13, "") + wire_bytes(13, wire_number(1, 0))),
       "metadata.ownerReferences[1].kind: it is written as protobuf's type 0, not as 2"},
  };
  for (auto const& each : all) EXPECT_EQ(config_map(each.message), refused(each.why));
}

TEST(MessageDecoder, NumbersHaveToFit) {
  EXPECT_EQ(deployment_spec(wire_number(1, 2147483647))["spec"]["replicas"], 2147483647);
  EXPECT_EQ(deployment_spec(wire_number(1, -2147483648))["spec"]["replicas"], -2147483648);
  EXPECT_EQ(deployment_spec(wire_number(1, 2147483648)), refused("spec.replicas: 2147483648 is over 32 bits"));
  EXPECT_EQ(service_port(wire_bytes(4, wire_number(1, 2))),
            refused("spec.ports[0].targetPort: 2 is neither a number's type (0) nor a text's (1)"));
}

TEST(MessageDecoder, MessagesInEachOtherHaveAnEnd) {
  message_form chain{.name = "Chain", .fields = {{.number = 1, .name = "next", .meaning = wire_meaning::message}}};
  chain.fields[0].form = &chain;
  std::string bytes;
  for (std::size_t i = 1; i < most_message_depth; ++i) bytes = wire_bytes(1, bytes);
  EXPECT_TRUE(decode_message(chain, bytes));
  bytes = wire_bytes(1, bytes);
  auto const deeper = decode_message(chain, bytes);
  ASSERT_FALSE(deeper);
  EXPECT_NE(deeper.error().message.find("nested deeper than 32"), std::string::npos);
}

}  // namespace
}  // namespace holdfast::cluster
