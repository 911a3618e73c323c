#include "cluster/node/image_map.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cluster/node/node_test_support.hpp"

namespace holdfast::cluster {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
namespace fs = std::filesystem;

void make_program(fs::path const& path) {
  fs::create_directories(path.parent_path());
  testing::write_file(path, "#!/bin/sh\n");
  fs::permissions(path, fs::perms::owner_all);
}

struct image_case {
  char const* text;
  char const* registry;
  char const* name;
  char const* tag;
};

TEST(ImageReference, IsTakenApart) {
  for (auto const& c : {
           image_case{"bookshop/book:v7", "", "bookshop/book", "v7"},
           image_case{"nginx", "", "nginx", "latest"},
           image_case{"registry.example/bookshop/book:v7", "registry.example", "bookshop/book", "v7"},
           image_case{"registry.example:5000/book", "registry.example:5000", "book", "latest"},
           image_case{"localhost/a/b/c:1", "localhost", "a/b/c", "1"},
           image_case{"book:v1@sha256:0123", "", "book", "v1"},
       }) {
    SCOPED_TRACE(c.text);
    auto const image = parse_image(c.text);
    ASSERT_TRUE(image.has_value());
    EXPECT_EQ(image->registry, c.registry);
    EXPECT_EQ(image->name, c.name);
    EXPECT_EQ(image->tag, c.tag);
  }
  for (auto const* const wrong : {"", "Book", "book:", "a//b", "/a", "a/", "book:a b", "book@x", "bo ok", "x/a:b/c"}) {
    EXPECT_FALSE(parse_image(wrong).has_value()) << wrong;
  }
}

TEST(ImageMap, ReadsProgramsWithTheirArguments) {
  testing::temporary_folder const folder;
  make_program(folder.root() / "bin/book");
  auto const map = parse_image_map("# shop\n\n bookshop/book = bin/book --fast -x  # comment\nshell = /bin/sh\r\n",
                                   folder.path("images"));
  ASSERT_TRUE(map.has_value()) << to_string(map.error());
  ASSERT_NE(map->find("bookshop/book"), nullptr);
  EXPECT_EQ(map->find("bookshop/book")->program, folder.path("bin/book"));
  EXPECT_THAT(map->find("bookshop/book")->arguments, ElementsAre("--fast", "-x"));
  EXPECT_EQ(map->find("shell")->program, "/bin/sh");
  EXPECT_EQ(map->find("book"), nullptr);
}

TEST(ImageMap, SaysAllThatIsWrongWithLineAndFix) {
  auto const map = parse_image_map(
      "book /bin/sh\nbook:v1 = /bin/sh\na = /bin/sh\na = /bin/sh\nb = /no/such\nX = /bin/sh\n", "/tmp/images");
  ASSERT_FALSE(map.has_value());
  auto const text = to_string(map.error());
  EXPECT_THAT(text, HasSubstr("/tmp/images:1: book: a line names an image and its program"));
  EXPECT_THAT(text, HasSubstr("/tmp/images:2: book:v1: an image is named here without registry and tag"));
  EXPECT_THAT(text, HasSubstr("Write \"book\"."));
  EXPECT_THAT(text, HasSubstr("/tmp/images:4: a: the image is named twice"));
  EXPECT_THAT(text, HasSubstr("/tmp/images:5: b: there is no such program (got \"/no/such\")"));
  EXPECT_THAT(text, HasSubstr("/tmp/images:6: X: an image is named here"));
}

TEST(ImageMap, FindsTheReferenceServicesOfABuildFolderAndOfAnInstallation) {
  testing::temporary_folder const folder;
  make_program(folder.root() / "harness/cli/holdfast");
  make_program(folder.root() / "reference-services/bookshop/book/bookshop-book");
  make_program(folder.root() / "reference-services/gateway/holdfast-gateway");
  fs::create_directories(folder.root() / "reference-services/bookshop/testing");
  auto const built = reference_services(folder.path("harness/cli"));
  ASSERT_NE(built.find("bookshop/book"), nullptr);
  EXPECT_EQ(built.find("bookshop/book")->program, folder.path("reference-services/bookshop/book/bookshop-book"));
  EXPECT_NE(built.find("bookshop/gateway"), nullptr);
  EXPECT_EQ(built.find("bookshop/testing"), nullptr);
  make_program(folder.root() / "bin/bookshop-order");
  EXPECT_NE(reference_services(folder.path("bin")).find("bookshop/order"), nullptr);
  EXPECT_EQ(reference_services("/no/such/folder").size(), 0U);
}

TEST(ImageMap, AnUnknownImageIsToldWithTheNearest) {
  image_map map;
  map.add("bookshop/book", {.program = "/bin/true"});
  auto const text = map.why_not_found("bookshop/bok:v4");
  EXPECT_THAT(text, HasSubstr("failed to pull image \"bookshop/bok:v4\": no program stands for bookshop/bok."));
  EXPECT_THAT(text, HasSubstr("Did you mean \"bookshop/book\"?"));
}

}  // namespace
}  // namespace holdfast::cluster
