#include "report/run_folder.hpp"

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/resource.h>
#include <unistd.h>

#include "report/load_report_example.hpp"
#include "stats/histogram_log_reader.hpp"

namespace holdfast::report {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using testing::HasSubstr;

class RunFolder : public testing::Test {
 protected:
  RunFolder() {
    auto pattern = (fs::temp_directory_path() / "holdfast_run_folder_XXXXXX").string();
    base_ = ::mkdtemp(pattern.data());
  }
  ~RunFolder() override { fs::remove_all(base_); }
  std::string path(std::string const& name) const { return (base_ / name).string(); }
  std::string text(std::string const& name) const {
    std::ostringstream all;
    all << std::ifstream{path(name)}.rdbuf();
    return all.str();
  }
  std::vector<nlohmann::json> lines(std::string const& name) const {
    std::vector<nlohmann::json> all;
    std::istringstream in{text(name)};
    for (std::string line; std::getline(in, line);) all.push_back(nlohmann::json::parse(line));
    return all;
  }

  fs::path base_;
};

load::interval_record with_failure() {
  auto record = example::record();
  record.failures.push_back({.intended = example::at(1s),
                             .started = example::at(1s + 1ms),
                             .ended = example::at(1500ms),
                             .connection = 3,
                             .user = 5,
                             .name = 1,
                             .reason = load::outcome::reset,
                             .peer = "127.0.0.1:8080",
                             .detail = "Connection \"reset\"\x01\xff"});
  return record;
}

TEST_F(RunFolder, KeepsEverythingWhileTheRunGoes) {
  auto folder = run_folder::create(path("deep/run"), "--out");
  ASSERT_TRUE(folder) << to_string(folder.error());
  folder->begin(example::description(), example::at(0s), example::result().start_stamp);
  EXPECT_EQ(nlohmann::json::parse(text("deep/run/run.json"))["state"], "running");
  folder->add(with_failure());

  auto const timeline = lines("deep/run/timeline.ndjson");
  ASSERT_EQ(timeline.size(), 1U);
  EXPECT_EQ(timeline[0]["ok"], 1990);
  auto const failures = lines("deep/run/failures.ndjson");
  ASSERT_EQ(failures.size(), 1U);
  EXPECT_EQ(failures[0]["request"], "order");
  EXPECT_EQ(failures[0]["phase"], "exchange");
  EXPECT_EQ(failures[0]["detail"], "Connection \"reset\"??");
  EXPECT_DOUBLE_EQ(failures[0]["offset_s"], 1.5);

  folder->finish(example::report());
  EXPECT_EQ(nlohmann::json::parse(text("deep/run/run.json"))["state"], "finished");
  EXPECT_EQ(folder->state().problem, "");
}

TEST_F(RunFolder, WritesAHistogramLogForEachClockWithALineForEachName) {
  auto folder = run_folder::create(path("run"), "--out");
  ASSERT_TRUE(folder);
  folder->begin(example::description(), example::at(0s), example::result().start_stamp);
  folder->add(example::record());
  for (auto const* const name : {"run/latency.hlog", "run/service.hlog"}) {
    std::ifstream in{path(name)};
    stats::histogram_log_reader reader{in, name};
    std::uint64_t count = 0;
    std::vector<std::string> tags;
    for (;;) {
      auto const next = reader.next();
      ASSERT_TRUE(next) << to_string(next.error());
      if (!*next) break;
      tags.push_back((*next)->tag);
      count += (*next)->values.count();
    }
    EXPECT_THAT(tags, testing::ElementsAre("browse", "order"));
    EXPECT_EQ(count, example::report().response.count);
  }
}

TEST_F(RunFolder, RefusesWhatItWouldOverwrite) {
  std::ofstream{base_ / "something"} << "x";
  auto const folder = run_folder::create(base_.string(), "--out");
  ASSERT_FALSE(folder);
  EXPECT_THAT(to_string(folder.error()),
              HasSubstr("command line: --out: is not empty, and nothing is overwritten (got \"" + base_.string() +
                        "\").\nName a new directory, or empty this one"));
}

TEST_F(RunFolder, RefusesAFileAndAPathThroughAFile) {
  std::ofstream{base_ / "file"} << "x";
  EXPECT_THAT(to_string(check_run_folder(path("file"), "--out")), HasSubstr("is a file, not a directory"));
  EXPECT_THAT(to_string(check_run_folder(path("file/run"), "--out")), HasSubstr("is not a directory"));
  EXPECT_FALSE(fs::exists(path("file/run")));
}

TEST_F(RunFolder, RefusesADirectoryWithoutPermission) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may write everywhere";
  fs::create_directory(path("closed"));
  fs::permissions(path("closed"), fs::perms::owner_read);
  EXPECT_THAT(to_string(check_run_folder(path("closed/run"), "--out")), HasSubstr("no permission"));
}

TEST_F(RunFolder, KeepsTheFirstProblemWhenTheDiskIsFullAndGoesOn) {
  auto folder = run_folder::create(path("run"), "--out");
  ASSERT_TRUE(folder);
  folder->begin(example::description(), example::at(0s), example::result().start_stamp);
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  rlimit const small{.rlim_cur = 1024, .rlim_max = before.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &small);
  for (int i = 0; i < 4; ++i) folder->add(example::record());
  folder->finish(example::report());
  ::setrlimit(RLIMIT_FSIZE, &before);
  EXPECT_THAT(folder->state().problem, HasSubstr("File too large"));
  EXPECT_LT(lines("run/timeline.ndjson").size(), 4U) << "and each of them whole";
  EXPECT_EQ(nlohmann::json::parse(text("run/run.json"))["state"], "running") << "the old one stays whole";
}

}  // namespace
}  // namespace holdfast::report
