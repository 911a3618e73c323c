#include "cluster/objects/manifest_reader.hpp"

#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "cluster/objects/object_meta.hpp"

namespace holdfast::cluster {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

result<manifest_set, diagnostics> checked(std::string text) {
  std::vector<source_text> const sources{{"m.yaml", std::move(text)}};
  return check_manifests(sources);
}

constexpr char const* sound_map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";

TEST(ManifestReader, TellsEveryProblemOfEveryDocumentWithItsLine) {
  auto const read = checked(
      "apiVersion: v1\n"
      "kind: Service\n"
      "metadata: {name: order}\n"
      "spec:\n"
      "  ports:\n"
      "    - port: 80800\n"
      "  selectr: {app: order}\n"
      "---\n"
      "apiVersion: apps/v1\n"
      "kind: StatefulSet\n"
      "metadata: {name: db}\n"
      "---\n"
      "apiVersion: apps/v1\n"
      "kind: Deployment\n"
      "metadata: {name: order}\n"
      "spec:\n"
      "  replicas: two\n"
      "  selector: {matchLabels: {app: order}}\n"
      "  template:\n"
      "    metadata: {labels: {app: orders}}\n"
      "    spec:\n"
      "      containers:\n"
      "        - name: main\n"
      "          image: order\n"
      "          env:\n"
      "            - {name: PORT, value: 8080}\n");
  ASSERT_FALSE(read);
  EXPECT_EQ(to_string(read.error()),
            "m.yaml:6: spec.ports[0].port: must be between 1 and 65535 (got \"80800\").\n"
            "m.yaml:7: spec.selectr: ServiceSpec has no such field.\nDid you mean \"selector\"?\n"
            "m.yaml:10: kind: StatefulSet is valid Kubernetes but not supported by the local cluster (got "
            "\"StatefulSet\").\nUse a Deployment; a PersistentVolumeClaim keeps its state.\n"
            "m.yaml:17: spec.replicas: must be a whole number (got \"two\").\nWrite it without quotes.\n"
            "m.yaml:20: spec.template.metadata.labels: `selector` does not match template `labels` (got "
            "\"{\"app\":\"orders\"}\").\nThe selector asks for app=order.\n"
            "m.yaml:26: spec.template.spec.containers[0].env[0].value: must be a text (got \"8080\").\n"
            "Quote it: \"8080\".\n");
}

TEST(ManifestReader, GivesObjectsAsTheyAreWritten) {
  auto const read = checked(sound_map);
  ASSERT_TRUE(read);
  ASSERT_EQ(read->objects.size(), 1U);
  EXPECT_EQ(read->objects[0].kind, &kinds::config_map);
  EXPECT_EQ(read->objects[0].object, json::parse(R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"}})"));
  EXPECT_EQ(read->objects[0].file, "m.yaml");
}

TEST(ManifestReader, UnrollsLists) {
  auto const read = checked(
      "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n---\n"
      "apiVersion: v1\nkind: ConfigMapList\nitems:\n- {metadata: {name: b}}\n");
  ASSERT_TRUE(read) << to_string(read.error());
  ASSERT_EQ(read->objects.size(), 2U);
  EXPECT_EQ(name_of(read->objects[1].object), "b");
  auto const wrong = checked("kind: List\nitems:\n- {apiVersion: v1, kind: ConfigMap}\n");
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error()[0].line, 3U);
}

TEST(ManifestReader, ConvertsOlderAutoscalers) {
  auto const read = checked(
      "apiVersion: autoscaling/v1\nkind: HorizontalPodAutoscaler\nmetadata: {name: a}\nspec:\n"
      "  maxReplicas: 3\n  targetCPUUtilizationPercentage: 20\n"
      "  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: a}\n");
  ASSERT_TRUE(read) << to_string(read.error());
  EXPECT_EQ(read->objects[0].object["spec"]["metrics"][0]["resource"]["target"]["averageUtilization"], 20);
}

TEST(ManifestReader, RefusesAnObjectThatIsThereTwice) {
  auto const read = checked(std::string{sound_map} + "---\n" + sound_map);
  ASSERT_FALSE(read);
  EXPECT_THAT(to_string(read.error()), HasSubstr("m.yaml:7: metadata.name: this ConfigMap is there twice"));
  EXPECT_THAT(to_string(read.error()), HasSubstr("The other is in m.yaml:3"));
}

TEST(ManifestReader, NotesWhatHasNoEffect) {
  auto const read = checked(
      "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers: [{name: a, image: a}]\n"
      "  nodeSelector: {disk: ssd}\n");
  ASSERT_TRUE(read) << to_string(read.error());
  ASSERT_EQ(read->notes.size(), 1U);
  EXPECT_EQ(to_string(read->notes[0]), "m.yaml:6: spec.nodeSelector: has no effect in the local cluster.");
}

TEST(ManifestReader, NotesAFieldOnceForAllObjects) {
  std::string text;
  for (auto const* const name : {"a", "b", "c"}) {
    text += fmt::format(
        "---\n{{apiVersion: v1, kind: Pod, metadata: {{name: {}}}, spec: {{containers: [{{name: a, image: a, tty: "
        "true}}]}}}}\n",
        name);
  }
  auto const read = checked(text);
  ASSERT_TRUE(read) << to_string(read.error());
  ASSERT_EQ(read->notes.size(), 1U);
  EXPECT_EQ(read->notes[0].problem, "has no effect in the local cluster, here and in 2 other places");
}

TEST(ManifestReader, AcceptsTheBookShop) {
  std::vector<fs::path> const paths{fs::path{HOLDFAST_SOURCE_DIR} / "reference-services/bookshop/kubernetes"};
  auto const read = read_manifests(paths);
  ASSERT_TRUE(read) << to_string(read.error());
  EXPECT_EQ(read->objects.size(), 27U);
  // In the order of its kustomization.
  EXPECT_EQ(name_of(read->objects[0].object), "bookshop");
}

TEST(ManifestReader, AcceptsWhatKubectlWrites) {
  std::vector<fs::path> const paths{fs::path{HOLDFAST_SOURCE_DIR} /
                                    "harness/cluster/objects/fuzz_corpus/manifest/kubectl.yaml"};
  auto const read = read_manifests(paths);
  ASSERT_TRUE(read) << to_string(read.error());
  EXPECT_EQ(read->objects.size(), 7U);
  EXPECT_EQ(to_string(read->notes), "");
}

class ManifestFolder : public testing::Test {
 protected:
  void SetUp() override {
    auto name = (fs::temp_directory_path() / "holdfast-manifests-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { fs::remove_all(folder_); }

  void write(fs::path const& name, std::string const& text) const {
    fs::create_directories((folder_ / name).parent_path());
    std::ofstream{folder_ / name} << text;
  }
  static std::string map(std::string const& name) {
    return "{apiVersion: v1, kind: ConfigMap, metadata: {name: " + name + "}}";
  }
  result<manifest_set, diagnostics> read() const {
    std::vector<fs::path> const paths{folder_};
    return read_manifests(paths);
  }

  fs::path folder_;
};

TEST_F(ManifestFolder, IsReadInTheOrderOfItsNames) {
  write("b.yml", map("b"));
  write("a.yaml", map("a"));
  write("c.json", R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"}})");
  write("notes.txt", "no manifest");
  write("inner/d.yaml", map("d"));
  auto const all = read();
  ASSERT_TRUE(all) << to_string(all.error());
  std::string names;
  for (auto const& each : all->objects) names += name_of(each.object);
  EXPECT_EQ(names, "abc");
}

TEST_F(ManifestFolder, FollowsAKustomization) {
  write("kustomization.yaml", "resources: [z.yaml, inner]\n");
  write("a.yaml", map("a"));
  write("z.yaml", map("z"));
  write("inner/kustomization.yml", "resources: [../kustomization.yaml, ../z.yaml, w.yaml]\n");
  write("inner/w.yaml", map("w"));
  auto const all = read();
  ASSERT_TRUE(all) << to_string(all.error());
  // In its order, and each file once, also where kustomizations list each other.
  ASSERT_EQ(all->objects.size(), 2U);
  EXPECT_EQ(name_of(all->objects[0].object), "z");
  EXPECT_EQ(name_of(all->objects[1].object), "w");
}

TEST_F(ManifestFolder, RefusesWhatAKustomizationWouldChange) {
  write("kustomization.yaml", "resources: [a.yaml, 'https://example.com/b.yaml']\nnamePrefix: x-\n");
  write("a.yaml", map("a"));
  auto const all = read();
  ASSERT_FALSE(all);
  EXPECT_THAT(to_string(all.error()), HasSubstr("kustomization.yaml:2: namePrefix: is not carried out"));
  EXPECT_THAT(to_string(all.error()), HasSubstr("kustomization.yaml:1: resources[1]: must be a file or folder"));
}

TEST_F(ManifestFolder, TellsWhatCannotBeRead) {
  EXPECT_THAT(to_string(read().error()), HasSubstr("there is no manifest in the folder"));
  std::vector<fs::path> const paths{folder_ / "none.yaml", "/dev/zero"};
  auto const all = read_manifests(paths);
  ASSERT_FALSE(all);
  EXPECT_THAT(to_string(all.error()), HasSubstr("none.yaml: there is no such file"));
  EXPECT_THAT(to_string(all.error()), HasSubstr("/dev/zero: this is neither a file nor a folder"));
}

}  // namespace
}  // namespace holdfast::cluster
