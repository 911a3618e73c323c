#include "kit/events/partition_consumer.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace holdfast::kit {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

// An append whose process was killed before it could tell is noticed after this time.
constexpr nanoseconds look_anyway = 100ms;
// How often a consumer whose lease was not renewed in time looks whether it has been.
constexpr nanoseconds look_for_renewal = 20ms;

nanoseconds age(event_record const& record) {
  auto const now = std::chrono::duration_cast<std::chrono::milliseconds>(clock_seam::wall_now().time_since_epoch());
  return std::max<nanoseconds>(now - std::chrono::milliseconds{record.appended_ms}, 0ns);
}

std::vector<received_record> read_all(std::span<event_record const> records) {
  std::vector<received_record> all;
  all.reserve(records.size());
  for (auto const& record : records) {
    auto& received = all.emplace_back();
    received.record = &record;
    received.read = read_event(record, received.problem);
  }
  return all;
}

}  // namespace

partition_consumer::partition_consumer(asio::any_io_executor executor, partition_context& shared,
                                       std::uint32_t partition)
    : shared_{shared},
      partition_{partition},
      room_{std::move(executor)},
      pauses_{shared.settings.first_retry, shared.settings.longest_retry} {}

void partition_consumer::stop() {
  stopping_ = true;
  room_.wake_all();
}

asio::awaitable<void> partition_consumer::pause(nanoseconds at_most) {
  if (!stopping_) co_await room_.wait(at_most);
}

asio::awaitable<void> partition_consumer::run() {
  while (!stopping_) co_await turn();
}

asio::awaitable<void> partition_consumer::turn() {
  if (clock_seam::now() >= allowed_until_) {
    // Harmless to go on, as the offset fences; but another may be at work, and its work would be done twice.
    place_.reset();
    co_await pause(look_for_renewal);
    co_return;
  }
  auto const found = co_await find_place();
  if (!found) {
    co_await pause(pauses_.next());
    co_return;
  }
  // A record that failed is tried alone, not with all that wait behind it.
  auto const limit = failures_ > 0 ? 1 : shared_.settings.batch;
  auto const records = shared_.log.read(shared_.settings.topic, partition_, place_->next, limit);
  if (!records) {
    place_.reset();
    co_await pause(pauses_.next());
  } else if (records->empty()) {
    if (!stopping_) co_await shared_.log.wait_for_append(look_anyway);
  } else {
    auto const received = read_all(*records);
    co_await apply(received);
  }
}

/// Makes sure that place_ is known and belongs to the log that is there now.
asio::awaitable<bool> partition_consumer::find_place() {
  auto const identity = shared_.log.identity();
  if (!identity) co_return false;
  if (place_ && *identity == identity_) co_return true;
  identity_ = *identity;
  failures_ = 0;
  auto name = offset_place_name(identity_, shared_.settings.topic, shared_.settings.group, partition_);
  co_return co_await make_place(std::move(name));
}

asio::awaitable<bool> partition_consumer::make_place(std::string name) {
  auto const offsets = shared_.rules.tables.offsets;
  auto change = [&name, offsets](transaction& in) { return find_or_make_offset_place(in, offsets, name); };
  try {
    place_ = shared_.documents.read([&](reader& in) { return find_offset_place(in, offsets, name); });
    if (!place_) place_ = co_await shared_.documents.write(std::move(change));
    co_return true;
  } catch (store_failure const&) {
    co_return false;
  }
}

asio::awaitable<partition_consumer::attempt> partition_consumer::try_to_apply(
    std::span<received_record const> records) {
  attempt tried;
  auto const from = *place_;
  auto change = [this, from, records](transaction& in) { return apply_records(in, shared_.rules, from, records); };
  try {
    tried.applied = co_await shared_.documents.write(std::move(change));
    tried.fenced = !tried.applied;
  } catch (handler_failure const& failed) {
    tried.failed_at = failed.index();
  } catch (store_failure const&) {
    // Shown by store::trouble(); tried again.
  }
  co_return tried;
}

asio::awaitable<void> partition_consumer::apply(std::span<received_record const> records) {
  auto tried = co_await try_to_apply(records);
  auto const failed_at = tried.failed_at;
  if (failed_at && *failed_at > 0) {
    // What stands before the record that failed is good.
    records = records.first(*failed_at);
    tried = co_await try_to_apply(records);
  }
  if (tried.applied) {
    committed(records, *tried.applied);
    if (failed_at) co_await after_failure();
  } else if (tried.fenced) {
    place_.reset();
  } else if (tried.failed_at) {
    co_await after_failure();
  } else {
    place_.reset();  // a commit that failed may still have happened
    co_await pause(pauses_.next());
  }
}

void partition_consumer::committed(std::span<received_record const> records, std::vector<std::size_t> const& applied) {
  place_->next += static_cast<std::int64_t>(records.size());
  failures_ = 0;
  pauses_.reset();
  if (!shared_.told) return;
  for (auto const i : applied) shared_.told(*records[i].read, age(*records[i].record));
}

asio::awaitable<void> partition_consumer::after_failure() {
  ++failures_;
  ++shared_.retries;
  auto const limit = shared_.settings.give_up_after;
  if (limit && failures_ >= *limit) {
    co_await skip();
  } else {
    co_await pause(pauses_.next());
  }
}

asio::awaitable<void> partition_consumer::skip() {
  auto const from = *place_;
  auto const offsets = shared_.rules.tables.offsets;
  auto change = [from, offsets](transaction& in) { return move_offset(in, offsets, from, from.next + 1); };
  place_.reset();  // looked up again, whatever comes of it
  try {
    if (co_await shared_.documents.write(std::move(change))) ++shared_.skipped;
    failures_ = 0;
    pauses_.reset();
  } catch (store_failure const&) {
    --failures_;  // counted again by the next try
  }
}

}  // namespace holdfast::kit
