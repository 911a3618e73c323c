#include "cli/up/up_options.hpp"

#include <cstdlib>
#include <fstream>

#include <gmock/gmock.h>

namespace holdfast::cli {
namespace {

using ::testing::AllOf;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

class UpOptions : public ::testing::Test {
 protected:
  UpOptions() {
    std::string pattern = ::testing::TempDir() + "holdfast-up-XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
    write("pod.yaml",
          "apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec:\n  containers: [ { name: c, image: shop/a } ]\n");
    texts_.paths = {folder_.string()};
  }
  ~UpOptions() override { std::filesystem::remove_all(folder_); }
  std::string write(std::string const& name, std::string const& text) {
    std::ofstream{folder_ / name} << text;
    return (folder_ / name).string();
  }
  static auto problem_with(std::string const& option, std::string const& words) {
    return AllOf(Field(&diagnostic::field, option), Field(&diagnostic::problem, HasSubstr(words)));
  }
  std::filesystem::path folder_;
  up_texts texts_;
};

TEST_F(UpOptions, AreReadWithTheManifests) {
  texts_.time_scale = "10";
  texts_.api_port = "6443";
  texts_.seed = "7";
  texts_.images = write("images", "shop/a = /bin/true\n");
  auto const read = read_up_options(texts_, "/no/folder");
  ASSERT_TRUE(read) << to_string(read.error());
  EXPECT_EQ(read->time_scale, 10);
  EXPECT_EQ(read->api_port, 6443);
  EXPECT_EQ(read->seed, 7U);
  EXPECT_EQ(read->manifests.objects.size(), 1U);
  EXPECT_NE(read->images.find("shop/a"), nullptr);
}

TEST_F(UpOptions, EverythingThatIsWrongIsToldAtOnce) {
  texts_.time_scale = "0";
  texts_.api_port = "65536";
  texts_.seed = "x";
  texts_.images = (folder_ / "none").string();
  texts_.paths.clear();
  auto const read = read_up_options(texts_, "/no/folder");
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error(),
              UnorderedElementsAre(problem_with("--time-scale", "not between"),
                                   problem_with("--api-port", "not a port"), Field(&diagnostic::field, "--seed"),
                                   problem_with("--images", "cannot be read"), problem_with("DIR", "no manifests")));
}

TEST_F(UpOptions, AFolderWithoutObjectsIsRefused) {
  write("pod.yaml", "# nothing\n");
  auto const read = read_up_options(texts_, "/no/folder");
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error(), ::testing::ElementsAre(problem_with("DIR", "holds no objects")));
}

}  // namespace
}  // namespace holdfast::cli
