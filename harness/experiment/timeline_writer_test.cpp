#include "experiment/timeline_writer.hpp"

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include "core/timeline_file.hpp"
#include "experiment/timeline.hpp"

namespace holdfast::experiment {
namespace {

using namespace std::chrono_literals;

class TimelineWriter : public ::testing::Test {
 protected:
  TimelineWriter() {
    auto pattern = (std::filesystem::temp_directory_path() / "timeline-writer-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  ~TimelineWriter() override { std::filesystem::remove_all(folder_); }

  std::unique_ptr<timeline_writer> writer() {
    return std::make_unique<timeline_writer>(
        context_.get_executor(), *report::output_file::create(path()),
        [this](std::string const& what) { problems_.push_back(what); }, 1ms);
  }
  std::string path() const { return folder_ + "/timeline.ndjson"; }
  std::vector<timeline_event> written() const {
    auto const read = read_timeline_file(path());
    EXPECT_TRUE(read) << to_string(read.error());
    return read ? read->events : std::vector<timeline_event>{};
  }
  static timeline_event event(std::string subject) {
    return {.at = 1s, .kind = timeline_kinds::phase, .subject = std::move(subject), .what = "begin"};
  }

  std::string folder_;
  boost::asio::io_context context_;
  std::vector<std::string> problems_;
};

TEST_F(TimelineWriter, WritesWhatItGetsAfterAWhileAtTheLatest) {
  auto const to = writer();
  to->add(event("one"));
  to->add(event("two"));
  EXPECT_TRUE(written().empty());
  context_.run();  // until no timer is left
  EXPECT_EQ(written(), (std::vector{event("one"), event("two")}));
  to->add(event("three"));
  context_.restart();
  context_.run();
  EXPECT_EQ(written().size(), 3U);
}

TEST_F(TimelineWriter, MuchIsWrittenAtOnce) {
  auto const to = writer();
  for (int i = 0; i < 1000; ++i) to->add(event(std::string(100, 'x')));
  EXPECT_GT(written().size(), 500U);
}

TEST_F(TimelineWriter, ItsEndWritesWhatIsLeft) {
  writer()->add(event("one"));
  EXPECT_EQ(written().size(), 1U);
  context_.run();  // the timer is gone
}

TEST_F(TimelineWriter, AFullDiskIsToldOnceAndLeavesWholeLines) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, SIG_IGN);
  auto to = writer();
  to->add(event("one"));
  to->flush();
  rlimit const full{.rlim_cur = 150, .rlim_max = before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &full), 0);
  to->add(event("two"));
  to->flush();
  to->add(event("three"));
  to.reset();
  ::setrlimit(RLIMIT_FSIZE, &before);
  ASSERT_EQ(problems_.size(), 1U);
  EXPECT_NE(problems_[0].find("timeline.ndjson: File too large"), std::string::npos) << problems_[0];
  EXPECT_EQ(written(), (std::vector{event("one")}));
}

TEST(Timeline, PutsClockAndArmOnEveryEvent) {
  time_point const start{100s};
  timeline line{start};
  std::vector<timeline_event> told;
  line.listen([&](timeline_event const& event) { told.push_back(event); });
  line.add(start + 1s, {.kind = "cluster", .subject = "local", .what = "ready"});
  line.set_arm("with");
  line.add_all(start + 2s, {{.kind = "phase", .subject = "warm-up", .what = "begin"}});
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0].at, 1s);
  EXPECT_EQ(told[0].arm, "");
  EXPECT_EQ(told[1].at, 2s);
  EXPECT_EQ(told[1].arm, "with");
}

}  // namespace
}  // namespace holdfast::experiment
