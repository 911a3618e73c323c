#include <array>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/wait.h>
#include <unistd.h>

#include "core/random.hpp"
#include "stats/histogram_codec.hpp"
#include "stats/histogram_log_reader.hpp"
#include "stats/histogram_log_writer.hpp"

// Exchanges logs with hdr-histogram-js, see interop/README.md.
namespace holdfast::stats {
namespace {

using namespace std::chrono_literals;

std::filesystem::path const interop_folder = HOLDFAST_SOURCE_DIR "/harness/stats/interop";
constexpr std::array quantiles{0.5, 0.9, 0.99, 0.999, 1.0};

struct program_output {
  int exit_code = -1;
  std::string text;
};

program_output output_of(std::string const& command) {
  program_output output;
  auto* const pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return output;
  std::array<char, 4096> block{};
  while (auto const n = std::fread(block.data(), 1, block.size(), pipe)) output.text.append(block.data(), n);
  auto const status = pclose(pipe);
  if (WIFEXITED(status)) output.exit_code = WEXITSTATUS(status);
  return output;
}

class HistogramInterop : public testing::Test {
 protected:
  void SetUp() override {
    if (output_of("node --version 2>/dev/null").exit_code != 0) GTEST_SKIP() << "node is not installed";
    if (!std::filesystem::exists(interop_folder / "node_modules" / "hdr-histogram-js")) {
      GTEST_SKIP() << "hdr-histogram-js is not installed: npm ci --prefix harness/stats/interop";
    }
    log_ = std::filesystem::path{testing::TempDir()} / ("holdfast-interop-" + std::to_string(getpid()) + ".hlog");
  }
  void TearDown() override {
    std::error_code ignored;
    if (!log_.empty()) std::filesystem::remove(log_, ignored);
  }

  /// What hdr-histogram-js says about the log that it is to read, or to write first: an object an interval.
  std::vector<nlohmann::json> theirs(std::string const& mode, std::filesystem::path const& log) const {
    auto const script = (interop_folder / "hdr_interop.mjs").string();
    auto const output = output_of("node '" + script + "' " + mode + " '" + log.string() + "'");
    EXPECT_EQ(output.exit_code, 0);
    std::vector<nlohmann::json> lines;
    for (std::size_t at = 0; at < output.text.size();) {
      auto const end = output.text.find('\n', at);
      lines.push_back(nlohmann::json::parse(output.text.substr(at, end - at)));
      at = end + 1;
    }
    return lines;
  }

  std::filesystem::path log_;
};

std::vector<log_interval> read_all(std::filesystem::path const& log) {
  std::ifstream in{log};
  histogram_log_reader reader{in, log.string()};
  std::vector<log_interval> all;
  for (;;) {
    auto interval = reader.next();
    if (!interval) {
      ADD_FAILURE() << to_string(interval.error());
      return all;
    }
    if (!*interval) return all;
    (*interval)->start = reader.since_epoch((*interval)->start);
    all.push_back(std::move(**interval));
  }
}

void expect_near_relative(double actual, double expected) { EXPECT_NEAR(actual, expected, 1e-9 * std::abs(expected)); }

/// Theirs are the middles and upper ends of buckets, without exact figures beside them; so are ours after reading.
void expect_same(histogram const& ours, nlohmann::json const& theirs) {
  EXPECT_EQ(theirs["count"], ours.count());
  expect_near_relative(theirs["mean"], ours.mean().count());
  expect_near_relative(theirs["stddev"], ours.stddev().count());
  for (std::size_t i = 0; i < quantiles.size() && !ours.empty(); ++i) {
    auto const value = ours.value_at_quantile(quantiles[i])->count();
    EXPECT_EQ(theirs["quantiles"][i], latency_layout.highest_value_of(latency_layout.index_of(value))) << quantiles[i];
  }
}

histogram lognormal_histogram(std::uint64_t seed, int n) {
  random_engine random{seed};
  histogram h;
  for (int i = 0; i < n; ++i) h.record(nanoseconds{static_cast<std::int64_t>(std::exp(14 + 2 * random.normal()))});
  return h;
}

TEST_F(HistogramInterop, TheyReadWhatWeWrite) {
  std::vector<log_interval> intervals(6);
  intervals[0].values = lognormal_histogram(1, 50'000);
  intervals[1] = {.tag = "checkout", .values = lognormal_histogram(2, 999)};
  intervals[2].tag = "nothing";
  intervals[3].values.record(1234567ns);
  intervals[4].values.record_n(5ms, std::uint64_t{1} << 50);
  intervals[4].values.record_n(0ns, 3);
  for (auto const v : {nanoseconds{1us}, nanoseconds{1h}, nanoseconds{5h}}) intervals[5].values.record(v);
  std::ofstream out{log_};
  histogram_log_writer writer{sink_into(out)};
  ASSERT_TRUE(writer.begin(wall_time{1700000000123ms}));
  for (std::size_t i = 0; i < intervals.size(); ++i) {
    ASSERT_TRUE(writer.interval(intervals[i].tag, 1s * i, 1s, intervals[i].values));
  }
  out.close();

  auto const read = theirs("read", log_);
  ASSERT_EQ(read.size(), intervals.size());
  for (std::size_t i = 0; i < intervals.size(); ++i) {
    SCOPED_TRACE(i);
    EXPECT_EQ(read[i]["tag"], intervals[i].tag);
    EXPECT_EQ(read[i]["start_ms"], 1700000000123 + 1000 * i);
    EXPECT_EQ(read[i]["length_ms"], 1000);
    expect_same(*decode_histogram(encode_histogram(intervals[i].values)), read[i]);
  }
}

TEST_F(HistogramInterop, WeReadWhatTheyWrite) {
  auto const written = theirs("write", log_);
  auto const read = read_all(log_);
  ASSERT_EQ(read.size(), written.size());
  for (std::size_t i = 0; i < read.size(); ++i) {
    SCOPED_TRACE(read[i].tag);
    EXPECT_EQ(written[i]["tag"], read[i].tag);
    EXPECT_EQ(written[i]["start_ms"], read[i].start / 1ms);
    EXPECT_EQ(written[i]["length_ms"], read[i].length / 1ms);
    if (read[i].tag != "foreign") {
      expect_same(read[i].values, written[i]);
      continue;
    }
    // Of two digits: we count a value at the lower end of its bucket there.
    EXPECT_EQ(written[i]["count"], read[i].values.count());
    for (std::size_t k = 0; k < quantiles.size(); ++k) {
      auto const value = static_cast<double>(read[i].values.value_at_quantile(quantiles[k])->count());
      EXPECT_LE(value, written[i]["quantiles"][k]);
      EXPECT_GE(value, 0.99 * written[i]["quantiles"][k].get<double>());
    }
  }
}

}  // namespace
}  // namespace holdfast::stats
