#include "cluster/api/request_body.hpp"

#include <gtest/gtest.h>

namespace holdfast::cluster {
namespace {

/// A ConfigMap "m" in Kubernetes' protobuf form.
std::string const in_protobuf{
    "k8s\0\x0A\x0F\x0A\x02v1\x12\x09"
    "ConfigMap\x12\x05\x0A\x03\x0A\x01m",
    28};

struct asked {
  std::string method;
  std::string type;
  std::string body;
  int code;  ///< 0 for a body that is read
};

TEST(RequestBody, IsReadByItsContentType) {
  std::vector<asked> const all{
      {"POST", "", "{}", 0},
      {"POST", "application/json", "{}", 0},
      {"POST", " Application/JSON ; charset=utf-8", "{}", 0},
      {"POST", "application/json", in_protobuf, 400},
      {"POST", "application/vnd.kubernetes.protobuf", in_protobuf, 0},
      {"PUT", "application/vnd.kubernetes.protobuf;type=x", in_protobuf, 0},
      {"DELETE", "application/vnd.kubernetes.protobuf", in_protobuf, 0},
      {"POST", "application/vnd.kubernetes.protobuf", "{}", 400},
      {"PATCH", "application/vnd.kubernetes.protobuf", in_protobuf, 415},
      {"PATCH", "application/strategic-merge-patch+json", "{}", 0},
      {"PATCH", "application/apply-patch+yaml", "{}", 0},
      {"POST", "application/strategic-merge-patch+json", "{}", 415},
      {"POST", "application/cbor", "\xA0", 415},
      {"POST", "application/yaml", "a: b", 415},
      {"POST", "text/plain", "{}", 415},
      {"POST", "application/protobuf", in_protobuf, 415},
      {"POST", ";", "{}", 0},
  };
  for (auto const& each : all) {
    auto const body = body_of({.method = each.method,
                               .target = "/",
                               .content_type = each.type,
                               .accept = "",
                               .authorization = "",
                               .body = each.body});
    EXPECT_EQ(body ? 0 : body.error().code, each.code) << each.method << ' ' << each.type;
  }
}

}  // namespace
}  // namespace holdfast::cluster
