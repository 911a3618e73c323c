#include <csignal>
#include <set>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cluster/node/address_pool.hpp"
#include "cluster/node/guardian.hpp"
#include "cluster/node/node_test_support.hpp"
#include "cluster/node/process_finder.hpp"
#include "core/random.hpp"

namespace holdfast::cluster {
namespace {

using namespace testing;
namespace fs = std::filesystem;

/// A place for control groups that we may write, of the old or the new kind; empty when there is none.
std::string writable_cgroup_root() {
  for (auto const* const root : {"/sys/fs/cgroup/pids", "/sys/fs/cgroup/cpu", "/sys/fs/cgroup"}) {
    auto const probe = std::string{root} + "/holdfast-probe-" + std::to_string(::getpid());
    if (::mkdir(probe.c_str(), 0755) != 0) continue;
    bool const works = fs::exists(probe + "/cgroup.procs");
    ::rmdir(probe.c_str());
    if (works) return root;
  }
  return {};
}

class Guardian : public ::testing::Test {
 protected:
  boost::asio::io_context context_;
  temporary_folder folder_;
  std::string const base_ = folder_.path("runs");
  std::string const cgroup_root_ = writable_cgroup_root();
  std::string const link_ = folder_.path("mount-path");

  std::string cgroup_of(std::string const& id) const {
    return cgroup_root_.empty() ? "" : cgroup_root_ + "/holdfast-" + id;
  }

  started_child driver(std::string const& id, std::string const& output) {
    file_descriptor const out{::open(output.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)};
    auto child = start_child({.program = HOLDFAST_GUARDIAN_TEST_DRIVER,
                              .arguments = {base_, id, cgroup_of(id), link_},
                              .environment = {"PATH=/usr/bin:/bin"},
                              .standard_output = out.get()});
    if (!child) throw std::runtime_error{child.error().message};
    return std::move(*child);
  }

  static bool has_printed(std::string const& output, std::string const& line) {
    return text_of_file(output).find(line) != std::string::npos;
  }

  /// Everything of the run that is still there; empty when nothing is.
  std::string left_of(std::string const& id, std::string const& output) const {
    std::string left;
    for (auto const pid : processes_with(run_marker, id)) {
      auto const facts = facts_of(pid);
      if (facts && !facts->has_ended()) left += "process " + facts->name + "; ";
    }
    if (fs::exists(fs::path{base_} / id)) left += "folder; ";
    if (fs::exists(fs::path{base_} / (id + ".lock"))) left += "lock; ";
    if (!cgroup_of(id).empty() && fs::exists(cgroup_of(id))) left += "cgroup; ";
    if (fs::is_symlink(link_)) left += "link; ";
    auto const network = std::atoi(text_of_file(output).c_str());
    for (auto const& socket : listening_sockets()) {
      if (network != 0 && socket.address[0] == 127 && socket.address[1] == network) {
        left += "listener on " + text_of(socket.address) + "; ";
      }
    }
    return left;
  }
  ::testing::AssertionResult nothing_is_left(std::string const& id, std::string const& output) {
    if (runs_until(
            context_, [&] { return left_of(id, output).empty(); }, 30s))
      return ::testing::AssertionSuccess();
    return ::testing::AssertionFailure() << "still there: " << left_of(id, output);
  }
};

/// True when the process has ended by then.
bool ends_within(int pidfd, std::chrono::milliseconds limit) {
  pollfd watched{.fd = pidfd, .events = POLLIN, .revents = 0};
  return ::poll(&watched, 1, static_cast<int>(limit.count())) == 1;
}

TEST_F(Guardian, NothingIsLeftWhateverKillsTheHarnessAndWhenever) {
  random_engine random{20261};
  constexpr int rounds = 12;
  int up = 0;
  for (int round = 0; round < rounds; ++round) {
    auto const signal = std::array{SIGKILL, SIGTERM, SIGINT}[static_cast<std::size_t>(round % 3)];
    auto const output = folder_.path("output-" + std::to_string(round));
    auto const id = run_folder::new_id();
    SCOPED_TRACE("round " + std::to_string(round) + " " + signal_name(signal));
    auto const child = driver(id, output);
    // Every other round kills it in full work, the others while it starts.
    if (round % 2 == 0) {
      EXPECT_TRUE(runs_until(context_, [&] { return has_printed(output, "up"); }));
    }
    auto const moment = std::chrono::milliseconds{random.below(120)};
    EXPECT_FALSE(ends_within(child.pidfd.get(), moment)) << "it must not end of itself";
    bool const is_up = has_printed(output, "up");
    up += is_up ? 1 : 0;
    ::kill(child.pid, signal);
    ASSERT_TRUE(ends_within(child.pidfd.get(), 25s));
    ::waitpid(child.pid, nullptr, 0);
    // Killed before it had a guardian, it leaves a folder and a lock, which the next start removes.
    if (!is_up) {
      EXPECT_TRUE(runs_until(context_, [&] {
        remove_dead_runs(base_);
        return left_of(id, output).empty();
      }));
    }
    EXPECT_TRUE(nothing_is_left(id, output));
  }
  EXPECT_GE(up, rounds / 2);
}

TEST_F(Guardian, CtrlCForTheWholeTerminalDoesNotHitIt) {
  auto const run = run_folder::create(base_, run_folder::new_id());
  ASSERT_TRUE(run.has_value());
  auto watcher = guardian::start(*run, {}, HOLDFAST_GUARDIAN_TEST_DRIVER);
  ASSERT_TRUE(watcher.has_value()) << watcher.error();
  ASSERT_TRUE(runs_until(context_, [&] {
    auto const facts = facts_of(watcher->pid());
    return facts && facts->name == "holdfast-guard";
  }));
  EXPECT_EQ(facts_of(watcher->pid())->session, watcher->pid());
  for (auto const signal : {SIGINT, SIGTERM, SIGHUP}) ::kill(watcher->pid(), signal);
  EXPECT_TRUE(watcher->is_alive());
  EXPECT_THAT(watcher->finish(), ::testing::IsEmpty());
  EXPECT_FALSE(watcher->is_alive());
  EXPECT_FALSE(fs::exists(run->path()));
}

TEST_F(Guardian, AProgramThatDoesNotActAsOneStartsNoOther) {
  auto const run = run_folder::create(base_, run_folder::new_id());
  ASSERT_TRUE(run);
  ::setenv("HOLDFAST_GUARDIAN", "1", 1);
  auto const watcher = guardian::start(*run, {}, HOLDFAST_GUARDIAN_TEST_DRIVER);
  ::unsetenv("HOLDFAST_GUARDIAN");
  ASSERT_FALSE(watcher);
  EXPECT_NE(watcher.error().find("its main has to call run_as_guardian()"), std::string::npos);
  remove_run(base_, run->id());
}

TEST_F(Guardian, ALaterStartRemovesWhatACrashLeftAndNothingThatLives) {
  auto const alive = run_folder::create(base_, run_folder::new_id());
  ASSERT_TRUE(alive.has_value());
  std::string dead_id;
  pid_t orphan = 0;
  {
    auto dead = run_folder::create(base_, run_folder::new_id());
    ASSERT_TRUE(dead.has_value());
    dead_id = dead->id();
    write_file(dead->path() / "data", "x");
    fs::create_directory(dead->path() / "closed");
    write_file(dead->path() / "closed/inside", "x");
    fs::permissions(dead->path() / "closed", fs::perms::none);
    fs::create_symlink(dead->path() / "data", link_);
    ASSERT_TRUE(dead->note(outside_thing::link, link_).has_value());
    fs::create_symlink("/etc/passwd", folder_.path("strangers-link"));
    ASSERT_TRUE(dead->note(outside_thing::link, folder_.path("strangers-link")).has_value());
    auto setup = shell("exec sleep 300");
    setup.environment.push_back("HOLDFAST_RUN=" + dead_id);
    auto child = start_child(setup);
    ASSERT_TRUE(child.has_value());
    orphan = child->pid;
  }
  auto const removed = remove_dead_runs(base_);
  ASSERT_EQ(removed.size(), 1U);
  EXPECT_EQ(removed[0].id, dead_id);
  EXPECT_EQ(removed[0].report.processes, 1U);
  EXPECT_THAT(removed[0].report.left, ::testing::IsEmpty());
  ::waitpid(orphan, nullptr, 0);
  EXPECT_FALSE(fs::exists(fs::path{base_} / dead_id));
  EXPECT_FALSE(fs::is_symlink(link_));
  EXPECT_TRUE(fs::is_symlink(folder_.path("strangers-link"))) << "it does not lead into the run";
  EXPECT_TRUE(fs::exists(alive->path()));
  EXPECT_TRUE(remove_dead_runs(base_).empty());
}

TEST_F(Guardian, ARunsFolderIsPrivate) {
  auto const run = run_folder::create(base_, run_folder::new_id());
  ASSERT_TRUE(run.has_value());
  EXPECT_EQ(fs::status(run->path()).permissions(), fs::perms::owner_all);
  EXPECT_EQ(fs::status(base_).permissions(), fs::perms::owner_all);
  EXPECT_FALSE(run_folder::create(base_, run->id()).has_value()) << "one run, one lock";
  auto const file = folder_.path("file");
  write_file(file, "");
  auto const refused = run_folder::create(file, run_folder::new_id());
  ASSERT_FALSE(refused.has_value());
  EXPECT_THAT(refused.error(), ::testing::HasSubstr(file + " is in the way"));
}

}  // namespace
}  // namespace holdfast::cluster
