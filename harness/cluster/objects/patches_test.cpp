#include "cluster/objects/patches.hpp"

#include "cluster/objects/bounded_json.hpp"
#include "cluster/objects/object_samples.hpp"

namespace holdfast::cluster {
namespace {

using testing::HasSubstr;

struct patch_case {
  char const* claim;
  char const* before;
  char const* patch;
  char const* after;  ///< empty when the patch is refused
};

void expect_patched(patch_case const& c, patch_type type) {
  SCOPED_TRACE(c.claim);
  auto const answer = patched(kinds::pod, json::parse(c.before), json::parse(c.patch), type);
  ASSERT_EQ(answer.has_value(), *c.after != '\0') << (answer ? answer->dump() : answer.error().message);
  if (answer) {
    EXPECT_EQ(*answer, json::parse(c.after));
  }
}

TEST(JsonPatch, DoesWhatRfc6902Says) {
  for (auto const& c : std::vector<patch_case>{
           {"adds a member", R"({"a":1})", R"([{"op":"add","path":"/b","value":2}])", R"({"a":1,"b":2})"},
           {"replaces by adding", R"({"a":1})", R"([{"op":"add","path":"/a","value":2}])", R"({"a":2})"},
           {"adds into a list", R"({"a":[1,3]})", R"([{"op":"add","path":"/a/1","value":2}])", R"({"a":[1,2,3]})"},
           {"adds at its end", R"({"a":[1]})", R"([{"op":"add","path":"/a/-","value":2}])", R"({"a":[1,2]})"},
           {"not behind it", R"({"a":[1]})", R"([{"op":"add","path":"/a/2","value":2}])", ""},
           {"not into a text", R"({"a":"x"})", R"([{"op":"add","path":"/a/b","value":2}])", ""},
           {"not into nothing", R"({})", R"([{"op":"add","path":"/a/b","value":2}])", ""},
           {"removes", R"({"a":[1,2]})", R"([{"op":"remove","path":"/a/0"}])", R"({"a":[2]})"},
           {"only what is there", R"({"a":[1,2]})", R"([{"op":"remove","path":"/b"}])", ""},
           {"replaces", R"({"a/b":{"~":1}})", R"([{"op":"replace","path":"/a~1b/~0","value":2}])",
            R"({"a/b":{"~":2}})"},
           {"only what is there", R"({})", R"([{"op":"replace","path":"/a","value":2}])", ""},
           {"moves", R"({"a":1})", R"([{"op":"move","from":"/a","path":"/b"}])", R"({"b":1})"},
           {"not into itself", R"({"a":{"b":1}})", R"([{"op":"move","from":"/a","path":"/a/c"}])", ""},
           {"copies", R"({"a":1})", R"([{"op":"copy","from":"/a","path":"/b"}])", R"({"a":1,"b":1})"},
           {"tests", R"({"a":1})", R"([{"op":"test","path":"/a","value":1}])", R"({"a":1})"},
           {"and refuses", R"({"a":1})", R"([{"op":"test","path":"/a","value":2}])", ""},
           {"needs an operation it knows", R"({"a":1})", R"([{"op":"swap","path":"/a"}])", ""},
           {"needs a pointer", R"({"a":1})", R"([{"op":"remove","path":"a"}])", ""},
           {"needs a value", R"({"a":1})", R"([{"op":"add","path":"/a"}])", ""},
           {"leaves an object", R"({"a":1})", R"([{"op":"replace","path":"","value":1}])", ""},
           {"is a list of objects", R"({"a":1})", R"([1])", ""},
           {"is a list", R"({"a":1})", R"({"op":"add"})", ""},
           {"indices have no signs", R"({"a":[1]})", R"([{"op":"remove","path":"/a/-0"}])", ""},
           {"indices have no leading zeros", R"({"a":[1,2]})", R"([{"op":"remove","path":"/a/01"}])", ""},
       }) {
    expect_patched(c, patch_type::json_patch);
  }
}

TEST(JsonPatch, SaysWhichOperationDoesNotFit) {
  auto const answer = json_patched({{"a", 1}}, json::parse(R"([{"op":"test","path":"/a","value":1},
                                                               {"op":"test","path":"/a","value":2}])"));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, 422);
  EXPECT_THAT(answer.error().message, HasSubstr("operation 1: testing the value at \"/a\" failed"));
}

TEST(JsonPatch, CannotFillTheMemoryOrTheStack) {
  auto const doubling = json::parse(R"({"op":"copy","from":"/a","path":"/a/-"})");
  json operations = json::array();
  for (int i = 0; i < 60; ++i) operations.push_back(doubling);
  EXPECT_FALSE(json_patched({{"a", {1}}}, operations));
  std::string path;
  operations = json::array();
  for (int i = 0; i < 300; ++i) {
    path += "/a";
    operations.push_back({{"op", "add"}, {"path", path}, {"value", json::object()}});
  }
  EXPECT_FALSE(json_patched(json::object(), operations));
  operations = json::array();
  for (int i = 0; i < 10'001; ++i) operations.push_back({{"op", "test"}, {"path", "/a"}, {"value", 1}});
  EXPECT_EQ(json_patched({{"a", 1}}, operations).error().code, 413);
}

TEST(MergePatch, RemovesByNullAndReplacesLists) {
  expect_patched({"RFC 7386", R"({"a":{"b":1,"c":2},"d":[1]})", R"({"a":{"b":null},"d":[2],"e":{"f":null}})",
                  R"({"a":{"c":2},"d":[2],"e":{}})"},
                 patch_type::merge);
  expect_patched({"is an object", R"({"a":1})", R"([1])", ""}, patch_type::merge);
}

TEST(StrategicMergePatch, MergesByTheKeysOfTheSchema) {
  for (auto const& c : std::vector<patch_case>{
           {"an image is set by the container's name",
            R"({"spec":{"containers":[{"name":"a","image":"x:1","env":[{"name":"E","value":"1"}]},{"name":"b"}]}})",
            R"({"spec":{"containers":[{"name":"a","image":"x:2"}]}})",
            R"({"spec":{"containers":[{"name":"a","image":"x:2","env":[{"name":"E","value":"1"}]},{"name":"b"}]}})"},
           {"a new element is added", R"({"spec":{"containers":[{"name":"a"}]}})",
            R"({"spec":{"containers":[{"name":"b","image":"y","tty":null}]}})",
            R"({"spec":{"containers":[{"name":"b","image":"y"},{"name":"a"}]}})"},
           {"an element is deleted", R"({"spec":{"containers":[{"name":"a"},{"name":"b"}]}})",
            R"({"spec":{"containers":[{"name":"a","$patch":"delete"}]}})", R"({"spec":{"containers":[{"name":"b"}]}})"},
           {"a list is replaced", R"({"spec":{"containers":[{"name":"a"},{"name":"b"}]}})",
            R"({"spec":{"containers":[{"$patch":"replace"},{"name":"c"}]}})",
            R"({"spec":{"containers":[{"name":"c"}]}})"},
           {"an object is replaced", R"({"metadata":{"labels":{"a":"1","b":"2"}}})",
            R"({"metadata":{"labels":{"$patch":"replace","c":"3"}}})", R"({"metadata":{"labels":{"c":"3"}}})"},
           {"a map is merged, null removes", R"({"metadata":{"labels":{"a":"1","b":"2"}}})",
            R"({"metadata":{"labels":{"a":null,"c":"3"}}})", R"({"metadata":{"labels":{"b":"2","c":"3"}}})"},
           {"a list without a key is replaced", R"({"spec":{"containers":[{"name":"a","command":["x","y"]}]}})",
            R"({"spec":{"containers":[{"name":"a","command":["z"]}]}})",
            R"({"spec":{"containers":[{"name":"a","command":["z"]}]}})"},
           {"ports are merged by their number",
            R"({"spec":{"containers":[{"name":"a","ports":[{"containerPort":1,"name":"x"}]}]}})",
            R"({"spec":{"containers":[{"name":"a","ports":[{"containerPort":1,"name":"y"},{"containerPort":2}]}]}})",
            R"({"spec":{"containers":[{"name":"a","ports":[{"containerPort":1,"name":"y"},{"containerPort":2}]}]}})"},
           {"finalizers are added", R"({"metadata":{"finalizers":["a/b"]}})",
            R"({"metadata":{"finalizers":["c/d","a/b"]}})", R"({"metadata":{"finalizers":["c/d","a/b"]}})"},
           {"and taken out", R"({"metadata":{"finalizers":["a/b","c/d"]}})",
            R"({"metadata":{"$deleteFromPrimitiveList/finalizers":["a/b"]}})",
            R"({"metadata":{"finalizers":["c/d"]}})"},
           {"members that are not retained go", R"({"spec":{"volumes":[{"name":"v","emptyDir":{}}]}})",
            R"({"spec":{"volumes":[{"name":"v","$retainKeys":["name","configMap"],"configMap":{"name":"c"}}]}})",
            R"({"spec":{"volumes":[{"name":"v","configMap":{"name":"c"}}]}})"},
           {"the order is set; what it does not name keeps its place",
            R"({"spec":{"containers":[{"name":"a"},{"name":"other"},{"name":"b"}]}})",
            R"({"spec":{"$setElementOrder/containers":[{"name":"c"},{"name":"b"},{"name":"a"}],
                "containers":[{"name":"c"}]}})",
            R"({"spec":{"containers":[{"name":"c"},{"name":"other"},{"name":"b"},{"name":"a"}]}})"},
           {"an element without the key does not fit", R"({"spec":{"containers":[{"name":"a"}]}})",
            R"({"spec":{"containers":[{"image":"x"}]}})", ""},
           {"an unknown directive does not fit", R"({"spec":{"a":1}})", R"({"spec":{"$patch":"swap"}})", ""},
           {"a status condition is merged by its type", R"({"status":{"conditions":[{"type":"A","status":"True"}]}})",
            R"({"status":{"conditions":[{"type":"A","status":"False"}]}})",
            R"({"status":{"conditions":[{"type":"A","status":"False"}]}})"},
       }) {
    expect_patched(c, patch_type::strategic);
  }
}

TEST(StrategicMergePatch, OfTheSameContentChangesNothing) {
  auto const object = samples::deployment();
  EXPECT_EQ(*strategic_patched(&schema_of(kinds::deployment), object, object), object);
}

TEST(Patches, AreChosenByTheirContentType) {
  EXPECT_EQ(*patch_type_of("application/json-patch+json"), patch_type::json_patch);
  EXPECT_EQ(*patch_type_of("application/merge-patch+json; charset=utf-8"), patch_type::merge);
  EXPECT_EQ(patch_type_of("application/json").error().code, 415);
  auto const refused = patched(kinds::pod, samples::pod(), json::object(), patch_type::apply);
  EXPECT_EQ(refused.error().code, 415);
  EXPECT_THAT(refused.error().message, HasSubstr("without --server-side"));
}

TEST(ParseBody, RefusesWhatCouldDoHarm) {
  EXPECT_EQ(*parse_body(R"({"a":[1,{"b":"c"}]})"), json::parse(R"({"a":[1,{"b":"c"}]})"));
  EXPECT_EQ(parse_body(std::string(200'000, '[')).error().code, 400);
  EXPECT_THAT(parse_body(R"({"a":1,"a":2})").error().message, HasSubstr("the key \"a\" occurs twice"));
  EXPECT_THAT(parse_body("{\"a\":\"\xff\"}").error().message, HasSubstr("no JSON"));
  EXPECT_EQ(parse_body("{}  x").error().code, 400);
  EXPECT_EQ(parse_body("{\"a\":1}", 3).error().code, 413);
}

}  // namespace
}  // namespace holdfast::cluster
