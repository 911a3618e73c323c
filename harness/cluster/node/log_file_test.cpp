#include "cluster/node/log_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cluster/node/log_cursor.hpp"
#include "cluster/node/log_record.hpp"
#include "cluster/node/node_test_support.hpp"

namespace holdfast::cluster {
namespace {

using ::testing::HasSubstr;
namespace fs = std::filesystem;

wall_time second(int n) { return wall_time{} + std::chrono::seconds{1'700'000'000 + n}; }

std::string record(int at, std::string const& text, char tag = 'F') {
  return log_stamp(second(at)) + " stdout " + tag + ' ' + text + '\n';
}

std::string all_of(log_cursor& cursor) {
  std::string text;
  for (;;) {
    auto const piece = cursor.next();
    text += piece.text;
    if (!piece.more_now) return text;
  }
}

std::string selected(std::shared_ptr<log_file> const& log, log_selection what) {
  log_cursor cursor{log, what};
  return all_of(cursor);
}

TEST(LogRecord, IsInTheCriFormatAndReadBack) {
  auto const stamp =
      log_stamp(wall_time{} + std::chrono::duration_cast<wall_time::duration>(nanoseconds{1'475'712'429'669'794'202}));
  EXPECT_EQ(stamp, "2016-10-06T00:07:09.669794202Z");
  std::string records;
  log_line_cutter cutter{log_stream::error};
  cutter.feed("first\nsec", stamp, records);
  cutter.feed("ond\n\nrest", stamp, records);
  EXPECT_EQ(records, stamp + " stderr F first\n" + stamp + " stderr F second\n" + stamp + " stderr F \n");
  records.clear();
  cutter.finish(stamp, records);
  EXPECT_EQ(records, stamp + " stderr F rest\n");
  auto const record = stamp + " stderr F first";
  auto const read = parse_log_record(record);
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->text, "first");
  EXPECT_EQ(read->stream, log_stream::error);
  for (auto const* const wrong :
       {"", "x", "2016-10-06T00:17:09.669794202Z stdout X t", "2016-10-06T00:17:09.669794202Z stdxxx F t"}) {
    EXPECT_FALSE(parse_log_record(wrong).has_value()) << wrong;
  }
}

TEST(LogRecord, ALongLineComesInPartsAndNoneIsEmpty) {
  for (std::size_t const length :
       {longest_log_part - 1, longest_log_part, longest_log_part + 1, 3 * longest_log_part}) {
    SCOPED_TRACE(length);
    std::string const line(length, 'x');
    std::string whole;
    log_line_cutter at_once{log_stream::out};
    at_once.feed(line + '\n', log_stamp(second(0)), whole);
    std::string pieces;
    log_line_cutter bit_by_bit{log_stream::out};
    for (char const c : line + '\n') bit_by_bit.feed({&c, 1}, log_stamp(second(0)), pieces);
    EXPECT_EQ(whole, pieces) << "where the stream was cut does not matter";
    auto const parts = (length + longest_log_part - 1) / longest_log_part;
    EXPECT_EQ(static_cast<std::size_t>(std::count(whole.begin(), whole.end(), '\n')), parts);
  }
}

TEST(LogFile, KeepsTheLastFilesAndLosesWholeRecordsOnly) {
  testing::temporary_folder const folder;
  auto const log = *log_file::create(folder.root(), "0", {.file_bytes = 1000, .files = 3});
  for (int i = 0; i < 200; ++i) log->append(record(i, "line " + std::to_string(i)) + record(i, "again"));
  std::uint64_t bytes = 0;
  std::size_t files = 0;
  for (auto const& entry : fs::directory_iterator{folder.root()}) {
    bytes += entry.file_size();
    ++files;
    EXPECT_EQ(testing::text_of_file(entry.path()).back(), '\n');
  }
  EXPECT_EQ(files, 3U);
  EXPECT_LE(bytes, 3000U);
  auto const text = selected(log, {});
  EXPECT_TRUE(text.ends_with("line 199\nagain\n"));
  EXPECT_THAT(text, ::testing::Not(HasSubstr("line 100\n")));
  log->remove();
  EXPECT_TRUE(fs::is_empty(folder.root()));
}

TEST(LogFile, ARecordLargerThanAFileIsKeptWhole) {
  testing::temporary_folder const folder;
  auto const log = *log_file::create(folder.root(), "0", {.file_bytes = 50, .files = 3});
  log->append(record(0, std::string(200, 'a')) + record(1, "b"));
  EXPECT_EQ(selected(log, {}), std::string(200, 'a') + "\nb\n");
}

TEST(LogCursor, TailCountsLinesOfTheProgram) {
  testing::temporary_folder const folder;
  // Small files: the tail goes over their borders.
  for (std::uint64_t const file_bytes : {100U, 170U, 1000U, 1'000'000U}) {
    auto const log = *log_file::create(folder.root(), "0", {.file_bytes = file_bytes, .files = 1000});
    log->append(record(0, "a") + record(1, "b1", 'P') + record(1, "b2", 'P') + record(1, "b3") + record(2, "c") +
                record(3, "d"));
    EXPECT_EQ(selected(log, {.tail = 0}), "");
    EXPECT_EQ(selected(log, {.tail = 1}), "d\n");
    EXPECT_EQ(selected(log, {.tail = 3}), "b1b2b3\nc\nd\n") << file_bytes;
    EXPECT_EQ(selected(log, {.tail = 4}), "a\nb1b2b3\nc\nd\n");
    EXPECT_EQ(selected(log, {.tail = 99}), "a\nb1b2b3\nc\nd\n");
    log->remove();
  }
}

TEST(LogCursor, TailOfALongFileIsRead) {
  testing::temporary_folder const folder;
  auto const log = *log_file::create(folder.root(), "0");
  std::string records;
  for (int i = 0; i < 20'000; ++i) records += record(i, std::to_string(i));
  log->append(records);
  EXPECT_EQ(selected(log, {.tail = 2}), "19998\n19999\n");
  auto const many = selected(log, {.tail = 5000});
  EXPECT_TRUE(many.starts_with("15000\n15001\n"));
  EXPECT_TRUE(many.ends_with("19999\n"));
}

TEST(LogCursor, SinceStampsAndLimitSelect) {
  testing::temporary_folder const folder;
  for (std::uint64_t const file_bytes : {100U, 1'000'000U}) {
    auto const log = *log_file::create(folder.root(), "0", {.file_bytes = file_bytes, .files = 1000});
    for (int i = 0; i < 10; ++i) log->append(record(i, "line " + std::to_string(i)));
    EXPECT_EQ(selected(log, {.since = second(8)}), "line 8\nline 9\n");
    EXPECT_EQ(selected(log, {.since = second(99)}), "");
    EXPECT_EQ(selected(log, {.tail = 1, .stamps = log_stamps::shown}), log_stamp(second(9)) + " line 9\n");
    EXPECT_EQ(selected(log, {.limit_bytes = 10}), "line 0\nlin");
    EXPECT_EQ(selected(log, {.tail = 5, .since = second(8)}), "line 8\nline 9\n");
    log->remove();
  }
}

TEST(LogCursor, AFollowerIsToldOfMoreAndOfTheEnd) {
  testing::temporary_folder const folder;
  auto const log = *log_file::create(folder.root(), "0");
  log_cursor follower{log, {}};
  EXPECT_EQ(all_of(follower), "");
  EXPECT_FALSE(follower.is_done());
  int told = 0;
  auto const kept = log->when_more([&] { ++told; });
  auto dropped = log->when_more([&] { told += 100; });
  dropped.reset();
  log->append(record(0, "a"));
  log->append(record(1, "b"));
  EXPECT_EQ(told, 1) << "once";
  EXPECT_EQ(all_of(follower), "a\nb\n");
  auto const at_end = log->when_more([&] { ++told; });
  log->finish();
  EXPECT_EQ(told, 2);
  EXPECT_EQ(all_of(follower), "");
  EXPECT_TRUE(follower.is_done());
}

TEST(LogCursor, ASlowFollowerIsToldWhatItMissed) {
  testing::temporary_folder const folder;
  auto const log = *log_file::create(folder.root(), "0", {.file_bytes = 100, .files = 2});
  log->append(record(0, "first"));
  log_cursor slow{log, {}};
  for (int i = 1; i < 50; ++i) log->append(record(i, "line " + std::to_string(i)));
  auto const text = all_of(slow);
  EXPECT_TRUE(text.starts_with("first\n")) << "what it has open it can still read";
  EXPECT_THAT(text, HasSubstr(" files of this log were removed before they were read]\n"));
  EXPECT_TRUE(text.ends_with("line 49\n"));
}

TEST(ContainerLog, KeepsThePreviousInstance) {
  testing::temporary_folder const folder;
  container_log log{folder.root() / "pod/c", {}};
  EXPECT_EQ(log.current(), nullptr);
  for (unsigned restart = 0; restart < 3; ++restart) {
    auto const instance = log.begin_instance(restart);
    ASSERT_TRUE(instance.has_value());
    (*instance)->append(record(0, "instance " + std::to_string(restart)));
    (*instance)->finish();
  }
  EXPECT_EQ(selected(log.previous(), {}), "instance 1\n");
  EXPECT_EQ(selected(log.current(), {}), "instance 2\n");
  EXPECT_FALSE(fs::exists(folder.root() / "pod/c/0.log"));
}

TEST(LogFile, SaysWhyItCannotBeMadeAndCountsWhatIsLost) {
  EXPECT_THAT(log_file::create("/proc/no/such", "0").error(), HasSubstr("/proc/no/such/0.log: "));
  testing::temporary_folder const folder;
  fs::create_symlink("/dev/full", folder.root() / "0.log");
  auto const log = *log_file::create(folder.root(), "0");
  log->append(record(0, "a"));
  EXPECT_EQ(log->problem(), "No space left on device");
  EXPECT_EQ(log->lost_bytes(), record(0, "a").size());
}

}  // namespace
}  // namespace holdfast::cluster
