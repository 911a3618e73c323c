#include <csignal>
#include <thread>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cluster/node/node_test_support.hpp"
#include "cluster/node/process_finder.hpp"
#include "cluster/node/process_runtime.hpp"

namespace holdfast::cluster {
namespace {

using namespace testing;
using ::testing::HasSubstr;

class ProcessRuntime : public ::testing::Test {
 protected:
  boost::asio::io_context context_;
  temporary_folder folder_;
  std::string const run_ = "runtime-test-" + std::to_string(::getpid());
  process_runtime runtime_{context_.get_executor(), run_};
  std::optional<process_exit> exit_;

  process_id started(child_setup setup, process_role role = process_role::container) {
    auto const id = runtime_.start(std::move(setup), "pod/c/0", role, [this](process_exit const& e) { exit_ = e; });
    if (!id) throw std::runtime_error{id.error().message};
    return *id;
  }
  process_exit ended() {
    if (!runs_until(context_, [this] { return exit_.has_value(); })) throw std::runtime_error{"it does not end"};
    return *exit_;
  }
  /// What a shell script prints.
  std::string printed_by(child_setup setup) {
    auto const file = folder_.path("output");
    file_descriptor const output{::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)};
    setup.standard_output = output.get();
    setup.standard_error = output.get();
    started(std::move(setup));
    ended();
    return text_of_file(file);
  }
  bool file_appears(std::string const& name) {
    return runs_until(context_, [&] { return std::filesystem::exists(folder_.path(name)); });
  }
};

TEST_F(ProcessRuntime, TellsExitCodesAndSignals) {
  started(shell("exit 3"));
  EXPECT_EQ(ended().code, 3);
  EXPECT_EQ(exit_->signal, 0);
  exit_.reset();
  started(shell("kill -TERM $$"));
  EXPECT_EQ(ended().code, 143);
  EXPECT_EQ(exit_->signal, SIGTERM);
  EXPECT_EQ(runtime_.running(), 0U);
}

struct failure_case {
  char const* claim;
  std::function<void(child_setup&)> edit;
  start_step step;
  int error;
  char const* message;
};

TEST_F(ProcessRuntime, SaysWhyAProgramDoesNotStart) {
  write_file(folder_.path("text"), "not a program");
  write_file(folder_.path("no-format"), "not a program either");
  ::chmod(folder_.path("no-format").c_str(), 0755);
  for (auto const& c : {
           failure_case{"no such file", [](child_setup& s) { s.program = "/no/such/program"; }, start_step::execution,
                        ENOENT, "exec: \"/no/such/program\": No such file or directory"},
           failure_case{"not in PATH", [](child_setup& s) { s.program = "bookd"; }, start_step::execution, ENOENT,
                        "exec: \"bookd\": executable file not found in $PATH"},
           failure_case{"not executable", [this](child_setup& s) { s.program = folder_.path("text"); },
                        start_step::execution, EACCES, "Permission denied"},
           failure_case{"no format known", [this](child_setup& s) { s.program = folder_.path("no-format"); },
                        start_step::execution, ENOEXEC, "exec format error"},
           failure_case{"a folder", [](child_setup& s) { s.program = "/tmp"; }, start_step::execution, EACCES,
                        "Permission denied"},
           failure_case{"no working directory", [](child_setup& s) { s.working_directory = "/no/such"; },
                        start_step::working_directory, ENOENT, "\"/no/such\": No such file or directory"},
           failure_case{"no cgroup", [](child_setup& s) { s.cgroup_files = {"/no/cgroup.procs"}; }, start_step::cgroup,
                        ENOENT, "entering the control group"},
           failure_case{"an impossible limit",
                        [](child_setup& s) { s.limits = {{.resource = RLIMIT_NOFILE, .soft = 9, .hard = 1}}; },
                        start_step::resource_limits, EINVAL, "setting resource limits: Invalid argument"},
       }) {
    SCOPED_TRACE(c.claim);
    auto setup = shell("exit 0");
    c.edit(setup);
    auto const id = runtime_.start(setup, "pod/c/0", process_role::container, [](process_exit const&) { FAIL(); });
    ASSERT_FALSE(id.has_value());
    EXPECT_EQ(id.error().step, c.step);
    EXPECT_EQ(id.error().error, c.error);
    EXPECT_THAT(id.error().message, HasSubstr(c.message));
  }
  EXPECT_EQ(runtime_.running(), 0U);
}

TEST_F(ProcessRuntime, TooFewDescriptorsAreToldAndLaterItStartsAgain) {
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  rlimit const few{.rlim_cur = 17, .rlim_max = before.rlim_max};
  ::setrlimit(RLIMIT_NOFILE, &few);
  auto const id = runtime_.start(shell("exit 0"), "pod/c/0", process_role::container, [](process_exit const&) {});
  ::setrlimit(RLIMIT_NOFILE, &before);
  ASSERT_FALSE(id.has_value());
  EXPECT_EQ(id.error().message, "starting a process: Too many open files");
  started(shell("exit 0"));
  EXPECT_EQ(ended().code, 0);
}

TEST_F(ProcessRuntime, AProgramGetsItsOwnEnvironmentOnly) {
  auto setup = shell("env | sort");
  setup.environment.push_back("COLOUR=green");
  ::setenv("HOLDFAST_TEST_SECRET", "1", 1);
  auto const text = printed_by(setup);
  EXPECT_THAT(text, HasSubstr("COLOUR=green\n"));
  EXPECT_THAT(text, HasSubstr("HOLDFAST_RUN=" + run_));
  EXPECT_THAT(text, HasSubstr("HOLDFAST_CONTAINER=pod/c/0"));
  EXPECT_THAT(text, ::testing::Not(HasSubstr("HOLDFAST_TEST_SECRET")));
}

TEST_F(ProcessRuntime, AProgramIsFoundInThePathOfItsEnvironment) {
  write_file(folder_.path("greet"), "#!/bin/sh\necho \"hello $1\"\n");
  ::chmod(folder_.path("greet").c_str(), 0755);
  EXPECT_EQ(printed_by({.program = "greet",
                        .arguments = {"world"},
                        .environment = {"PATH=/nowhere:" + folder_.root().string() + ":/bin"}}),
            "hello world\n");
}

TEST_F(ProcessRuntime, AProgramInheritsNoDescriptorNoSignalSettingAndASessionOfItsOwn) {
  file_descriptor const leak{::open("/dev/null", O_RDONLY)};  // without O_CLOEXEC
  auto* const before = std::signal(SIGPIPE, SIG_IGN);
  auto const text = printed_by(shell(
      "ls /proc/self/fd | tr '\\n' ' '; grep -E 'SigBlk|SigIgn' /proc/self/status; cut -d' ' -f5,6 /proc/$$/stat; "
      "echo $$ $$; readlink /proc/self/fd/0; pwd; umask"));
  std::signal(SIGPIPE, before);
  EXPECT_THAT(text, HasSubstr("0 1 2 3 "));  // 3 is ls's own
  EXPECT_THAT(text, ::testing::Not(HasSubstr("0 1 2 3 4")));
  EXPECT_THAT(text, HasSubstr("SigBlk:\t0000000000000000"));
  EXPECT_THAT(text, HasSubstr("SigIgn:\t0000000000000000"));
  EXPECT_THAT(text, HasSubstr("/dev/null\n/\n0022\n"));
  auto const lines = text.substr(text.find("SigIgn"));
  auto const group_line = lines.substr(lines.find('\n') + 1);
  auto const first = group_line.substr(0, group_line.find('\n'));
  EXPECT_THAT(group_line, HasSubstr(first + '\n' + first + '\n')) << "group and session are the process's own";
}

TEST_F(ProcessRuntime, SetsResourceLimitsAndTheWorkingDirectory) {
  auto setup = shell("ulimit -n; pwd");
  setup.limits = {{.resource = RLIMIT_NOFILE, .soft = 77, .hard = 99}};
  setup.working_directory = "/usr";
  EXPECT_EQ(printed_by(setup), "77\n/usr\n");
}

TEST_F(ProcessRuntime, WhenAContainerEndsNothingOfItIsLeft) {
  // One child stays in the group, one moves to a session of its own, one forks on from there.
  started(shell("sleep 300 & setsid sleep 301 & setsid sh -c 'sleep 302 & sleep 303' & sleep 0.2; exit 0"));
  auto const exit = ended();
  EXPECT_GE(exit.stragglers, 1U);
  EXPECT_EQ(exit.left_over, 0U);
  EXPECT_THAT(processes_with(run_marker, run_), ::testing::IsEmpty());
}

TEST_F(ProcessRuntime, WhatAHelperLeavesBehindEndsWithItsContainer) {
  auto const container = started(shell("exec sleep 300"));
  std::optional<process_exit> helper_exit;
  auto const helper = runtime_.start(shell("setsid sleep 301 & exit 0"), "pod/c/0", process_role::helper,
                                     [&](process_exit const& e) { helper_exit = e; });
  ASSERT_TRUE(helper.has_value());
  ASSERT_TRUE(runs_until(context_, [&] { return helper_exit.has_value(); }));
  EXPECT_TRUE(runs_until(context_, [&] { return processes_with(run_marker, run_).size() == 2; }));
  EXPECT_TRUE(runtime_.kill(container));
  EXPECT_EQ(ended().code, 137);
  EXPECT_THAT(processes_with(run_marker, run_), ::testing::IsEmpty());
}

TEST_F(ProcessRuntime, WhatIsChangingItsProgramIsNotPassedOver) {
  write_file(folder_.path("restless"), "exec /bin/sh " + folder_.path("restless"));
  for (int round = 0; round < 25; ++round) {
    exit_.reset();
    auto const id =
        started(shell("for n in 1 2 3 4 5 6 7 8; do setsid /bin/sh " + folder_.path("restless") + " & done; exit 0"));
    EXPECT_EQ(ended().left_over, 0U);
    EXPECT_EQ(runtime_.pid_of(id), 0);
    // More than once: what was passed over may be in the midst of an exec again.
    std::vector<pid_t> survivors;
    int looks = 0;
    EXPECT_TRUE(runs_until(context_, [&] {
      survivors = processes_with(run_marker, run_);
      return !survivors.empty() || ++looks == 20;
    }));
    EXPECT_THAT(survivors, ::testing::IsEmpty());
  }
}

TEST_F(ProcessRuntime, ASignalGoesToTheMainProcessAndKillToTheGroup) {
  auto const id = started(shell("trap 'echo got > " + folder_.path("got") + "' TERM; echo > " + folder_.path("ready") +
                                "; while :; do sleep 0.01; done"));
  ASSERT_TRUE(file_appears("ready"));
  EXPECT_TRUE(runtime_.send_signal(id, SIGTERM));
  EXPECT_TRUE(file_appears("got"));
  EXPECT_FALSE(exit_.has_value()) << "it handles SIGTERM and goes on";
  EXPECT_TRUE(runtime_.kill(id));
  EXPECT_EQ(ended().signal, SIGKILL);
  EXPECT_FALSE(runtime_.send_signal(id, SIGTERM));
  EXPECT_EQ(runtime_.pid_of(id), 0);
}

TEST_F(ProcessRuntime, ASignalToAContainerReachesAllOfItsProcesses) {
  auto const script = "setsid sleep 1000 & sleep 1000 & echo > " + folder_.path("begun") + "; wait";
  auto const container = started(shell(script));
  started(shell("sleep 1000"), process_role::helper);
  ASSERT_TRUE(file_appears("begun"));
  auto const states = [&] {
    std::string found;
    for (auto const pid : processes_with(container_marker, "pod/c/0")) found += facts_of(pid)->state;
    return found;
  };
  constexpr std::size_t least = 4;  // a shell may stay beside what it runs
  ASSERT_TRUE(runs_until(context_, [&] { return states().size() >= least; })) << states();
  EXPECT_GE(runtime_.send_signal_to_container(container, SIGSTOP), least);
  EXPECT_TRUE(runs_until(context_, [&] { return states().find_first_not_of('T') == std::string::npos; })) << states();
  EXPECT_GE(runtime_.send_signal_to_container(container, SIGCONT), least);
  EXPECT_TRUE(runs_until(context_, [&] { return states().find('T') == std::string::npos; })) << states();
  EXPECT_GE(runtime_.send_signal_to_container(container, SIGKILL), least);
  EXPECT_EQ(ended().signal, SIGKILL);
  EXPECT_EQ(runtime_.send_signal_to_container(container, SIGKILL), 0U);
}

TEST_F(ProcessRuntime, ItsEndIsTheEndOfItsProcesses) {
  auto const other_run = run_ + "-gone";
  {
    process_runtime short_lived{context_.get_executor(), other_run};
    auto const id = short_lived.start(shell("setsid sleep 300 & echo > " + folder_.path("up") + "; sleep 301"),
                                      "pod/c/0", process_role::container, [](process_exit const&) { FAIL(); });
    ASSERT_TRUE(id.has_value());
    ASSERT_TRUE(file_appears("up"));
  }
  EXPECT_THAT(processes_with(run_marker, other_run), ::testing::IsEmpty());
}

TEST_F(ProcessRuntime, AProcessDiesWithTheThreadThatStartedIt) {
  auto const file = folder_.path("parent");
  pid_t pid = 0;
  std::thread{[&] {
    auto child = start_child(shell("sleep 300"));
    pid = child ? child->pid : 0;
  }}.join();
  ASSERT_GT(pid, 0);
  EXPECT_TRUE(runs_until(context_, [&] {
    auto const facts = facts_of(pid);
    return !facts || facts->has_ended();
  }));
}

TEST_F(ProcessRuntime, StartsAHundredProcessesAndMissesNoEnd) {
  int ended_count = 0;
  for (int i = 0; i < 100; ++i) {
    auto const id = runtime_.start({.program = "/bin/true"}, "pod/c/" + std::to_string(i), process_role::container,
                                   [&](process_exit const& e) { ended_count += e.code == 0 ? 1 : 0; });
    ASSERT_TRUE(id.has_value());
  }
  EXPECT_TRUE(runs_until(context_, [&] { return ended_count == 100; }));
}

TEST(ProcessFacts, AreReadWhateverTheNameIs) {
  auto const facts = parse_process_stat(
      "42 (odd) name) S 7 42 40 0 -1 4194560 1 2 3 4 150 50 30 20 20 0 1 0 12345 1000000 10 184467440737");
  ASSERT_TRUE(facts.has_value());
  EXPECT_EQ(facts->name, "odd) name");
  EXPECT_EQ(facts->parent, 7);
  EXPECT_EQ(facts->group, 42);
  EXPECT_EQ(facts->session, 40);
  EXPECT_EQ(facts->cpu_time, 2s);
  EXPECT_EQ(facts->ended_children_cpu, 500ms);
  EXPECT_EQ(facts->started, 12345U);
  EXPECT_FALSE(parse_process_stat("").has_value());
  EXPECT_FALSE(parse_process_stat("42 (x)").has_value());
  EXPECT_FALSE(parse_process_stat("42 )x( S").has_value());
}

}  // namespace
}  // namespace holdfast::cluster
