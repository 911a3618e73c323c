#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "cluster/node/mount_plan.hpp"
#include "cluster/node/node_test_support.hpp"
#include "cluster/node/payload_folder.hpp"
#include "cluster/node/process_runtime.hpp"

namespace holdfast::cluster {
namespace {

using namespace testing;
namespace fs = std::filesystem;

class Volumes : public ::testing::TestWithParam<namespaces> {
 protected:
  boost::asio::io_context context_;
  temporary_folder folder_;
  process_runtime processes_{context_.get_executor(), "volumes-test-" + std::to_string(::getpid())};
  std::string const name_ = "holdfast-test-" + std::to_string(::getpid());

  void SetUp() override {
    for (auto const* const each : {"state", "staging", "probe"}) fs::create_directory(folder_.root() / each);
    ASSERT_TRUE(write_payload(folder_.root() / "config", {{"app.conf", {"colour=green"}}}).has_value());
    child_setup const probe{.program = "/bin/true",
                            .mounts = {{.action = mount_action::keep_apart},
                                       {.action = mount_action::empty_folder, .to = folder_.path("probe")}},
                            .isolation = GetParam()};
    if (!start_child(probe)) GTEST_SKIP() << "such mount namespaces are not permitted here";
  }

  std::string printed_by(std::string script, std::vector<volume_mount> const& mounts) {
    auto setup = shell(std::move(script));
    file_descriptor const output{
        ::open(folder_.path("output").c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)};
    setup.standard_output = output.get();
    setup.standard_error = output.get();
    setup.mounts = plan_mounts(mounts, folder_.root() / "staging", files_of_this_machine());
    setup.isolation = GetParam();
    bool ended = false;
    auto const id =
        processes_.start(setup, "pod/c/0", process_role::container, [&](process_exit const&) { ended = true; });
    if (!id) return "not started: " + id.error().message;
    runs_until(context_, [&] { return ended; });
    return text_of_file(folder_.path("output"));
  }
};

INSTANTIATE_TEST_SUITE_P(Namespaces, Volumes,
                         ::testing::Values(namespaces::own_mounts, namespaces::own_mounts_and_user));

TEST_P(Volumes, AreWhereTheManifestSaysAndNothingIsMadeOnTheMachine) {
  auto const deep = "/var/lib/" + name_ + "/state";
  auto const at_root = "/" + name_;
  auto const file = "/etc/" + name_ + ".conf";
  std::vector<volume_mount> const mounts{
      {"state", folder_.root() / "state", deep},
      {"config", folder_.root() / "config", at_root, mount_access::read_only},
      {"config", folder_.root() / "config/..data/app.conf", file, mount_access::read_only},
  };
  auto const text = printed_by("echo kept > " + deep + "/data; cat " + at_root + "/app.conf; echo; cat " + file +
                                   "; echo; echo x > " + at_root +
                                   "/new || echo protected; ls -d /usr/bin /var/lib/dpkg; "
                                   "test -d /proc/$$ && echo proc; echo x > /dev/null && echo null; pwd",
                               mounts);
  EXPECT_THAT(text, ::testing::StartsWith("colour=green\ncolour=green\n"));
  EXPECT_THAT(text, ::testing::EndsWith("protected\n/usr/bin\n/var/lib/dpkg\nproc\nnull\n/\n"));
  EXPECT_EQ(text_of_file(folder_.root() / "state/data"), "kept\n");
  for (auto const& path : {std::string{"/var/lib/"} + name_, at_root, file}) EXPECT_FALSE(fs::exists(path)) << path;
}

TEST_P(Volumes, OneMayLieInAnother) {
  fs::create_directory(folder_.root() / "state/inner");
  std::vector<volume_mount> const mounts{{"inner", folder_.root() / "config", "/opt/" + name_ + "/inner"},
                                         {"outer", folder_.root() / "state", "/opt/" + name_}};
  EXPECT_EQ(printed_by("cat /opt/" + name_ + "/inner/app.conf", mounts), "colour=green");
}

}  // namespace
}  // namespace holdfast::cluster
