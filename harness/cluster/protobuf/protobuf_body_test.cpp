#include "cluster/protobuf/protobuf_body.hpp"

#include <gtest/gtest.h>

#include "cluster/protobuf/wire_test_support.hpp"

namespace holdfast::cluster {
namespace {

struct refusal {
  std::string body;
  int code;
  std::string_view why;
};

TEST(ProtobufBody, TheEnvelopeSaysWhatTheObjectIs) {
  auto const object = parse_protobuf_body(wire_body("v1", "ConfigMap", wire_entry(2, "a", "b")));
  ASSERT_TRUE(object);
  EXPECT_EQ(*object, json::parse(R"({"apiVersion": "v1", "kind": "ConfigMap", "data": {"a": "b"}})"));
}

TEST(ProtobufBody, AnEnvelopeMayBeWithoutItsEmptyFields) {
  auto const type = wire_bytes(1, "v1") + wire_bytes(2, "DeleteOptions");
  auto const object = parse_protobuf_body(std::string{"k8s\0", 4} + wire_bytes(1, type));
  ASSERT_TRUE(object);
  EXPECT_EQ(*object, json::parse(R"({"apiVersion": "v1", "kind": "DeleteOptions"})"));
}

TEST(ProtobufBody, WhatIsNoSuchBodyIsRefused) {
  std::string const magic{"k8s\0", 4};
  auto const whole = wire_body("v1", "ConfigMap", "");
  std::vector<refusal> const all{
      {"", 400, "it does not begin as Kubernetes' protobuf does"},
      {"k8s", 400, "it does not begin as Kubernetes' protobuf does"},
      {R"({"kind": "ConfigMap"})", 400, "it does not begin as Kubernetes' protobuf does"},
      {magic, 400, "the envelope does not say apiVersion and kind"},
      {wire_body("v1", "", ""), 400, "the envelope does not say apiVersion and kind"},
      {wire_body("", "ConfigMap", ""), 400, "the envelope does not say apiVersion and kind"},
      {whole + wire_bytes(2, ""), 400, "the envelope has the field 2 twice"},
      {whole + wire_bytes(5, ""), 400, "the envelope has no such field of number 5"},
      {magic + wire_number(1, 1), 400, "the envelope has no such field of number 1"},
      {whole + "\x0A", 400, "it ends within a number"},
      {magic + wire_bytes(1, wire_bytes(1, "v1") + wire_bytes(2, "ConfigMap")) + wire_bytes(3, "gzip"), 400,
       "the object in the envelope is encoded once more"},
      {magic + wire_bytes(4, "application/json"), 400, "the object in the envelope is encoded once more"},
      {magic + wire_bytes(1, wire_bytes(3, "x")), 400, "TypeMeta has no field of number 3"},
      {wire_body("v1", "Node", ""), 415, "a v1 Node is not read as protobuf by the local cluster: send JSON"},
      {wire_body("batch/v1", "Job", ""), 415, "a batch/v1 Job is not read as protobuf"},
  };
  for (auto const& each : all) {
    auto const object = parse_protobuf_body(each.body);
    ASSERT_FALSE(object) << each.why;
    EXPECT_EQ(object.error().code, each.code) << each.why;
    EXPECT_NE(object.error().message.find(each.why), std::string::npos) << object.error().message;
  }
}

TEST(ProtobufBody, ABodyThatIsTooLargeIsNotRead) {
  auto const body = wire_body("v1", "ConfigMap", wire_entry(2, "a", "b"));
  EXPECT_TRUE(parse_protobuf_body(body, body.size()));
  auto const refused = parse_protobuf_body(body, body.size() - 1);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, 413);
}

}  // namespace
}  // namespace holdfast::cluster
