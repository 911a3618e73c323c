#include <chrono>
#include <future>
#include <memory>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "kit/events/append_signal.hpp"
#include "kit/events/event_log.hpp"
#include "kit/events/log_reader.hpp"
#include "kit/events/log_worker.hpp"

namespace holdfast::kit {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

// A file is opened in a few milliseconds. A start is not held up for longer by one that cannot be.
constexpr nanoseconds longest_first_open = 50ms;
// Without inotify: how often to look.
constexpr nanoseconds poll_interval = 20ms;

std::int64_t wall_ms() {
  auto const since_1970 = clock_seam::wall_now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(since_1970).count();
}

/// What the worker answers to a coroutine that waits. It outlives whichever of the two goes first.
template <class T>
struct reply {
  explicit reply(asio::any_io_executor const& executor) : arrived{executor, asio::steady_timer::time_point::max()} {}
  asio::steady_timer arrived;
  std::optional<result<T, std::string>> answer;
};

template <class T, class Ask>
result<T, std::string> answer_of(Ask&& ask) {
  try {
    if constexpr (std::is_void_v<T>) {
      ask();
      return {boost::system::in_place_value};
    } else {
      return {boost::system::in_place_value, ask()};
    }
  } catch (std::exception const& failed) {
    return {boost::system::in_place_error, failed.what()};
  }
}

class sqlite_event_log final : public event_log {
 public:
  sqlite_event_log(asio::any_io_executor executor, event_log_settings const& settings)
      : executor_{executor},
        default_partitions_{settings.partitions},
        reader_{settings},
        appended_{std::move(executor), log_signal_path(settings.folder)},
        worker_{settings} {
    open();
  }

  asio::awaitable<result<void, std::string>> append(std::vector<outgoing_record> records) override {
    auto shared = std::make_shared<std::vector<outgoing_record>>(std::move(records));
    std::function<void(log_appender&)> todo = [shared](log_appender& to) { to.append(*shared, wall_ms()); };
    co_return co_await on_worker<void>(std::move(todo));
  }

  result<std::vector<event_record>, std::string> read(std::string_view topic, std::uint32_t partition,
                                                      std::int64_t from, std::size_t limit) override {
    return from_reader<std::vector<event_record>>([&] { return reader_.read(topic, partition, from, limit); });
  }
  result<std::int64_t, std::string> end_offset(std::string_view topic, std::uint32_t partition) override {
    return from_reader<std::int64_t>([&] { return reader_.end_offset(topic, partition); });
  }
  std::uint32_t partitions(std::string_view topic) const override {
    auto const known = answer_of<std::uint32_t>([&] { return reader_.partitions(topic); });
    return known ? *known : default_partitions_;
  }
  result<std::string, std::string> identity() override {
    return from_reader<std::string>([&] { return reader_.identity(); });
  }

  asio::awaitable<result<std::vector<std::uint32_t>, std::string>> join(std::string topic, std::string group,
                                                                        std::string member,
                                                                        nanoseconds lease) override {
    membership who{std::move(topic), std::move(group), std::move(member)};
    std::function<std::vector<std::uint32_t>(log_appender&)> todo = [who = std::move(who), lease](log_appender& to) {
      return to.join(who, clock_seam::now(), lease);
    };
    co_return co_await on_worker<std::vector<std::uint32_t>>(std::move(todo));
  }

  asio::awaitable<void> leave(std::string topic, std::string group, std::string member) override {
    membership who{std::move(topic), std::move(group), std::move(member)};
    std::function<void(log_appender&)> todo = [who = std::move(who)](log_appender& to) { to.leave(who); };
    (void)co_await on_worker<void>(std::move(todo));  // the lease ends by itself otherwise
  }

  asio::awaitable<bool> wait_for_append(nanoseconds at_most) override {
    if (appended_.is_watching()) co_return co_await appended_.wait(at_most);
    auto const until = clock_seam::now() + at_most;
    auto const before = answer_of<std::int64_t>([&] { return reader_.version(); });
    asio::steady_timer pause{executor_};
    while (clock_seam::now() < until) {
      pause.expires_after(std::min<nanoseconds>(poll_interval, until - clock_seam::now()));
      co_await pause.async_wait(asio::as_tuple(asio::use_awaitable));
      auto const now = answer_of<std::int64_t>([&] { return reader_.version(); });
      if (now && (!before || *now != *before)) co_return true;
    }
    co_return false;
  }

  std::optional<std::string> trouble() override {
    // Before the reader is asked: a log that was never made is missing until the worker makes it.
    if (write_trouble_->is_of_opening) open_again();
    if (auto gone = reader_.missing()) return gone;
    return write_trouble_->reason ? write_trouble_->reason : read_trouble_;
  }

 private:
  /// Why the last thing that the worker did failed.
  struct write_trouble {
    std::optional<std::string> reason;
    bool is_of_opening = false;  ///< nothing has been appended nor joined since
    bool is_opening = false;
  };

  /// The first try to open, so that a log that is all right can be read at once.
  void open() {
    auto opened = std::make_shared<std::promise<std::optional<std::string>>>();
    auto outcome = opened->get_future();
    worker_.post([opened](log_appender& to) { opened->set_value(why_not_opened(to)); });
    bool const is_known = outcome.wait_for(longest_first_open) == std::future_status::ready;
    write_trouble_->reason = is_known ? outcome.get() : "the event log is being opened";
    write_trouble_->is_of_opening = write_trouble_->reason.has_value();
  }

  /// A service that has nothing to append and reads nothing would not notice that the log can be opened by now.
  void open_again() {
    if (std::exchange(write_trouble_->is_opening, true)) return;
    worker_.post([executor = executor_, state = write_trouble_](log_appender& to) {
      asio::post(executor, [state, reason = why_not_opened(to)] {
        state->is_opening = false;
        if (!state->is_of_opening) return;  // somebody knows better meanwhile
        state->is_of_opening = reason.has_value();
        state->reason = reason;
      });
    });
  }

  static std::optional<std::string> why_not_opened(log_appender& of) {
    auto const tried = answer_of<void>([&] { of.open(); });
    return tried ? std::nullopt : std::optional{tried.error()};
  }

  template <class T>
  asio::awaitable<result<T, std::string>> on_worker(std::function<T(log_appender&)> todo) {
    auto const waiting = std::make_shared<reply<T>>(executor_);
    auto const executor = executor_;
    worker_.post([waiting, executor, todo = std::move(todo)](log_appender& to) {
      auto answer = std::make_shared<result<T, std::string>>(answer_of<T>([&] { return todo(to); }));
      asio::post(executor, [waiting, answer] {
        waiting->answer.emplace(std::move(*answer));
        waiting->arrived.cancel();
      });
    });
    while (!waiting->answer) co_await waiting->arrived.async_wait(asio::as_tuple(asio::use_awaitable));
    write_trouble_->reason = *waiting->answer ? std::nullopt : std::optional{waiting->answer->error()};
    write_trouble_->is_of_opening = false;
    co_return std::move(*waiting->answer);
  }

  template <class T, class Ask>
  result<T, std::string> from_reader(Ask&& ask) {
    auto answer = answer_of<T>(std::forward<Ask>(ask));
    read_trouble_ = answer ? std::nullopt : std::optional{answer.error()};
    return answer;
  }

  asio::any_io_executor executor_;
  std::uint32_t default_partitions_;
  mutable log_reader reader_;
  append_signal appended_;
  std::shared_ptr<write_trouble> write_trouble_ = std::make_shared<write_trouble>();
  std::optional<std::string> read_trouble_;
  log_worker worker_;  // last: its thread ends before the rest goes
};

}  // namespace

std::unique_ptr<event_log> open_sqlite_event_log(asio::any_io_executor executor, event_log_settings settings) {
  return std::make_unique<sqlite_event_log>(std::move(executor), settings);
}

}  // namespace holdfast::kit
