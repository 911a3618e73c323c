#include "kit/events/log_appender.hpp"

#include <memory>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kit/events/boot_id.hpp"
#include "kit/events/partition_assignment.hpp"

namespace holdfast::kit {
namespace {

using namespace std::chrono_literals;

// Other processes hold the lock for a fraction of a millisecond; whoever holds it for so long is in trouble.
constexpr nanoseconds patience = 500ms;
// As SQLite's own: 4 MiB of WAL before its pages go to the main file.
constexpr int checkpoint_pages = 1000;

std::int64_t end_of(sqlite::statement& last, std::int64_t topic, std::uint32_t partition) {
  sqlite::reset_at_end const done{last};
  last.bind(1, topic);
  last.bind(2, std::int64_t{partition});
  return last.step() && !last.is_null(0) ? last.integer(0) + 1 : 0;
}

void run(sqlite::statement& of) {
  sqlite::reset_at_end const done{of};
  of.step();
}

/// The rows of one group: who is in it, and who has which partition.
class group_rows {
 public:
  group_rows(sqlite::database& in, std::int64_t topic, membership const& who) : in_{in}, topic_{topic}, who_{who} {}

  void forget_ended(std::int64_t now_ns) {
    for (auto const* const sql : {"DELETE FROM members WHERE topic = ? AND grp = ? AND (boot <> ? OR ends_ns <= ?)",
                                  "DELETE FROM leases WHERE topic = ? AND grp = ? AND (boot <> ? OR ends_ns <= ?)"}) {
      auto gone = of_group(sql);
      gone.bind(3, boot_id());
      gone.bind(4, now_ns);
      gone.step();
    }
  }
  void renew_member(std::int64_t ends_ns) {
    auto renewed =
        of_group("INSERT OR REPLACE INTO members (topic, grp, member, boot, ends_ns) VALUES (?, ?, ?, ?, ?)");
    renewed.bind(3, who_.member);
    renewed.bind(4, boot_id());
    renewed.bind(5, ends_ns);
    renewed.step();
  }
  std::vector<std::string> members() {
    std::vector<std::string> names;
    auto all = of_group("SELECT member FROM members WHERE topic = ? AND grp = ?");
    while (all.step()) names.emplace_back(all.text(0));
    return names;
  }
  std::vector<std::string> owners(std::uint32_t partitions) {
    std::vector<std::string> names(partitions);
    auto all = of_group("SELECT partition, member FROM leases WHERE topic = ? AND grp = ?");
    while (all.step()) {
      auto const partition = static_cast<std::size_t>(all.integer(0));
      if (partition < names.size()) names[partition] = all.text(1);
    }
    return names;
  }
  void renew_lease(std::uint32_t partition, std::int64_t ends_ns) {
    auto renewed = of_group(
        "INSERT OR REPLACE INTO leases (topic, grp, partition, member, boot, ends_ns) VALUES (?, ?, ?, ?, ?, ?)");
    renewed.bind(3, std::int64_t{partition});
    renewed.bind(4, who_.member);
    renewed.bind(5, boot_id());
    renewed.bind(6, ends_ns);
    renewed.step();
  }
  void give_back(std::uint32_t partition) {
    auto gone = of_group("DELETE FROM leases WHERE topic = ? AND grp = ? AND partition = ?");
    gone.bind(3, std::int64_t{partition});
    gone.step();
  }
  void leave() {
    for (auto const* const sql : {"DELETE FROM members WHERE topic = ? AND grp = ? AND member = ?",
                                  "DELETE FROM leases WHERE topic = ? AND grp = ? AND member = ?"}) {
      auto gone = of_group(sql);
      gone.bind(3, who_.member);
      gone.step();
    }
  }

 private:
  sqlite::statement of_group(std::string_view sql) {
    sqlite::statement made{in_, sql};
    made.bind(1, topic_);
    made.bind(2, who_.group);
    return made;
  }
  sqlite::database& in_;
  std::int64_t topic_;
  membership const& who_;
};

}  // namespace

/// What every append needs.
struct log_appender::statements {
  explicit statements(sqlite::database& in)
      : begin{in, "BEGIN IMMEDIATE"},
        commit{in, "COMMIT"},
        topic{in, "SELECT id, partitions FROM topics WHERE name = ?"},
        last{in, "SELECT max(offset) FROM records WHERE topic = ? AND partition = ?"},
        add{in, "INSERT INTO records (topic, partition, offset, appended_ms, key, value) VALUES (?,?,?,?,?,?)"} {}
  sqlite::statement begin;
  sqlite::statement commit;
  sqlite::statement topic;
  sqlite::statement last;
  sqlite::statement add;
};

log_appender::log_appender(event_log_settings const& of)
    : folder_{of.folder}, partitions_{of.partitions}, file_{of, log_file::access::append, patience} {}

log_appender::~log_appender() {
  if (signal_ >= 0) close(signal_);
}

log_appender::statements& log_appender::prepared(sqlite::database& in) {
  if (prepared_for_ == file_.generation()) return *statements_;
  auto made = std::make_shared<statements>(in);
  statements_ = made.get();
  prepared_for_ = file_.generation();
  file_.attach(std::move(made));
  return *statements_;
}

void log_appender::in_transaction(std::function<void(sqlite::database&, statements&)> const& change) {
  auto& database = file_.connection();
  try {
    auto& use = prepared(database);
    run(use.begin);
    change(database, use);
    run(use.commit);
  } catch (...) {
    // Closing rolls back and cannot fail. Failures are rare, and most of them want a new connection anyhow.
    file_.drop();
    throw;
  }
  tidy(database);
}

log_appender::topic_row log_appender::topic_named(sqlite::database& in, statements& use, std::string_view name) {
  sqlite::reset_at_end const done{use.topic};
  use.topic.bind(1, name);
  if (use.topic.step()) return {use.topic.integer(0), static_cast<std::uint32_t>(use.topic.integer(1))};
  sqlite::statement made{in, "INSERT INTO topics (name, partitions) VALUES (?, ?) RETURNING id"};
  made.bind(1, name);
  made.bind(2, std::int64_t{partitions_});
  made.step();
  topic_row const fresh{made.integer(0), partitions_};
  while (made.step()) {
  }
  return fresh;
}

void log_appender::append(std::span<outgoing_record const> records, std::int64_t wall_ms) {
  if (records.empty()) return;
  in_transaction([&](sqlite::database& in, statements& use) { insert(in, use, records, wall_ms); });
  wake_readers();
}

void log_appender::insert(sqlite::database& in, statements& use, std::span<outgoing_record const> records,
                          std::int64_t wall_ms) {
  std::map<std::string_view, topic_row> topics;
  std::map<std::pair<std::int64_t, std::uint32_t>, std::int64_t> ends;
  for (auto const& record : records) {
    auto found = topics.find(record.topic);
    if (found == topics.end()) found = topics.emplace(record.topic, topic_named(in, use, record.topic)).first;
    auto const [id, partitions] = found->second;
    auto const partition = partition_of(record.key, partitions);
    auto end = ends.find({id, partition});
    if (end == ends.end()) end = ends.emplace(std::pair{id, partition}, end_of(use.last, id, partition)).first;
    auto& add = use.add;
    sqlite::reset_at_end const done{add};
    add.bind(1, id);
    add.bind(2, std::int64_t{partition});
    add.bind(3, end->second++);
    add.bind(4, wall_ms);
    add.bind(5, record.key);
    add.bind(6, record.value);
    add.step();
  }
}

void log_appender::wake_readers() {
  if (signal_ < 0 || signal_generation_ != file_.generation()) {
    if (signal_ >= 0) close(signal_);
    signal_ = ::open(log_signal_path(folder_).c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0644);
    signal_generation_ = file_.generation();
  }
  // The records are durable; readers that miss the signal look by themselves after a while.
  if (signal_ >= 0) (void)futimens(signal_, nullptr);
}

void log_appender::tidy(sqlite::database& in) {
  if (in.wal_pages() < checkpoint_pages) return;
  try {
    in.execute("PRAGMA wal_checkpoint(PASSIVE)");
  } catch (sqlite::failure const&) {
    // Done better by a later one; the records are safe in the WAL.
  }
}

std::vector<std::uint32_t> log_appender::join(membership const& who, time_point now, nanoseconds lease) {
  std::vector<std::uint32_t> mine;
  in_transaction([&](sqlite::database& in, statements& use) {
    mine.clear();
    auto const [id, partitions] = topic_named(in, use, who.topic);
    auto const now_ns = std::int64_t{nanoseconds{now.time_since_epoch()}.count()};
    auto const ends_ns = now_ns + std::int64_t{lease.count()};
    group_rows group{in, id, who};
    group.forget_ended(now_ns);
    group.renew_member(ends_ns);
    auto const owners = group.owners(partitions);
    auto const wanted = assign_partitions(group.members(), owners);
    for (std::uint32_t p = 0; p < partitions; ++p) {
      auto const step = step_for(who.member, owners[p], wanted[p]);
      if (step == lease_step::give_back) group.give_back(p);
      if (step != lease_step::keep && step != lease_step::take) continue;
      group.renew_lease(p, ends_ns);
      mine.push_back(p);
    }
  });
  return mine;
}

void log_appender::leave(membership const& who) {
  in_transaction([&](sqlite::database& in, statements& use) {
    group_rows{in, topic_named(in, use, who.topic).id, who}.leave();
  });
}

}  // namespace holdfast::kit
