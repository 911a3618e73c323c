// Bodies as Kubernetes' own programs write them, with the JSON of the same objects. Those of commands (kubectl 1.33:
// create, autoscale) are captured from kubectl, the others written by Kubernetes' Go types. They are the fuzzer's seeds
// too.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include <gtest/gtest.h>

#include "cluster/objects/admission.hpp"
#include "cluster/objects/conversion.hpp"
#include "cluster/objects/object_meta.hpp"
#include "cluster/protobuf/protobuf_body.hpp"

namespace holdfast::cluster {
namespace {

std::filesystem::path const folder{HOLDFAST_SOURCE_DIR "/harness/cluster/protobuf"};

std::string contents_of(std::filesystem::path const& file) {
  std::ifstream stream{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{stream}, {}};
}

struct sample {
  std::string name;
  std::string body;
  json object;
};

std::vector<sample> samples() {
  std::vector<sample> all;
  for (auto const& entry : std::filesystem::directory_iterator{folder / "samples"}) {
    auto name = entry.path().stem().string();
    auto body = contents_of(folder / "fuzz_corpus/protobuf_body" / (name + ".bin"));
    all.push_back({std::move(name), std::move(body), json::parse(contents_of(entry.path()))});
  }
  return all;
}

/// The problem with the object, or nothing.
std::string admission_of(json object) {
  auto const& version = text_at(object, "apiVersion");
  auto const& name = text_at(object, "kind");
  auto const* kind = find_kind(version, name);
  if (auto const* const served = find_served_version(version, name)) {
    kind = served->kind;
    object = to_stored(*served, std::move(object));
  }
  if (kind == nullptr) return "no kind";
  if (kind->is_namespaced) object["metadata"]["namespace"] = "shop";
  auto const admitted = admit(*kind, object, nullptr);
  return admitted ? std::string{} : admitted.error().message;
}

TEST(SampleBodies, EachIsReadAsTheJsonOfTheSameObject) {
  auto const all = samples();
  EXPECT_GE(all.size(), 26U);
  for (auto const& each : all) {
    auto const object = parse_protobuf_body(each.body);
    ASSERT_TRUE(object) << each.name << ": " << object.error().message;
    EXPECT_EQ(*object, each.object) << each.name;
  }
}

TEST(SampleBodies, EachIsAdmittedUnlessItsJsonIsNot) {
  std::map<std::string, std::string_view> const refused{{"external_name", "spec.externalName"},
                                                        {"host_path", "spec.volumes[0].hostPath"},
                                                        {"scale", "no kind"},
                                                        {"eviction", "no kind"},
                                                        {"delete_options", "no kind"}};
  for (auto const& each : samples()) {
    auto const problem = admission_of(*parse_protobuf_body(each.body));
    auto const known = refused.find(each.name);
    if (known == refused.end()) {
      EXPECT_EQ(problem, "") << each.name;
    } else {
      EXPECT_NE(problem.find(known->second), std::string::npos) << each.name << ": " << problem;
    }
  }
}

TEST(SampleBodies, ACutOneIsRefusedOrLacksNothingButEmptyFields) {
  for (auto const& each : samples()) {
    json const nothing{{"apiVersion", each.object["apiVersion"]}, {"kind", each.object["kind"]}};
    for (std::size_t size = 0; size < each.body.size(); ++size) {
      auto const object = parse_protobuf_body(std::string_view{each.body}.substr(0, size));
      EXPECT_TRUE(!object || *object == each.object || *object == nothing) << each.name << " cut at " << size;
    }
  }
}

TEST(SampleBodies, AChangedByteNeverGoesWrong) {
  for (auto const& each : samples()) {
    for (std::size_t at = 0; at < each.body.size(); ++at) {
      for (auto const change : {0x01, 0x80}) {
        auto body = each.body;
        body[at] = static_cast<char>(static_cast<unsigned char>(body[at]) ^ static_cast<unsigned>(change));
        auto const object = parse_protobuf_body(body);
        EXPECT_NO_THROW((void)(object ? object->dump() : object.error().message)) << each.name << " at " << at;
      }
    }
  }
}

}  // namespace
}  // namespace holdfast::cluster
