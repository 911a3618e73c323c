#include <chrono>
#include <mutex>
#include <optional>
#include <thread>
#include <tuple>
#include <utility>

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/query.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "kit/documents/change_queue.hpp"
#include "kit/documents/sqlite_connections.hpp"
#include "kit/documents/sqlite_tables.hpp"
#include "kit/documents/store.hpp"

namespace holdfast::kit {

namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

/// A group ends at whichever comes first, so that other processes get their turn and the first waits little longer than
/// alone.
constexpr std::size_t group_limit = 256;
constexpr nanoseconds group_time = 5ms;
constexpr nanoseconds probe_interval = 250ms;

template <class Handler>
class waiting_coroutine final : public waiting_change {
 public:
  waiting_coroutine(std::function<void(transaction&)> wanted, Handler handler, asio::any_io_executor const& fallback)
      : waiting_change{std::move(wanted)},
        executor_{asio::prefer(asio::any_io_executor{asio::get_associated_executor(handler, fallback)},
                               asio::execution::outstanding_work.tracked)},
        handler_{std::move(handler)} {}

  void resume(std::exception_ptr with) override {
    asio::post(executor_, [handler = std::move(handler_), with = std::move(with)]() mutable {
      std::move(handler)(std::move(with));
    });
  }

 private:
  asio::any_io_executor executor_;  ///< keeps the context running until the coroutine is resumed
  Handler handler_;
};

class sqlite_store final : public store {
 public:
  sqlite_store(asio::any_io_executor executor, sqlite_settings const& settings, std::vector<table_schema> tables);
  ~sqlite_store() override;

  std::optional<std::string> trouble() override;

 protected:
  std::unique_ptr<reader, void (*)(reader*)> begin_read() override { return reading_->begin(); }
  asio::awaitable<void> run(std::function<void(transaction&)> change) override;

 private:
  void serve();
  void commit_group();
  void run_changes(sqlite::group_transaction& group);
  void probe();
  void note(std::optional<std::string> trouble);

  asio::any_io_executor executor_;
  sqlite::layouts const tables_;
  std::unique_ptr<sqlite::writing_side> writing_;  ///< of the store's thread
  std::unique_ptr<sqlite::reading_side> reading_;  ///< of the service's thread
  std::shared_ptr<change_queue> const queue_;
  std::mutex trouble_mutex_;
  std::optional<std::string> trouble_;
  std::thread thread_;
};

sqlite_store::sqlite_store(asio::any_io_executor executor, sqlite_settings const& settings,
                           std::vector<table_schema> tables)
    : executor_{std::move(executor)},
      tables_(std::make_move_iterator(tables.begin()), std::make_move_iterator(tables.end())),
      queue_{change_queue::ending_with(asio::query(executor_, asio::execution::context))} {
  std::tie(writing_, reading_) = sqlite::connect(settings, tables_);
  thread_ = std::thread{[this] { serve(); }};
}

sqlite_store::~sqlite_store() {
  queue_->stop();
  thread_.join();
}

std::optional<std::string> sqlite_store::trouble() {
  std::lock_guard const lock{trouble_mutex_};
  return trouble_;
}

void sqlite_store::note(std::optional<std::string> trouble) {
  std::lock_guard const lock{trouble_mutex_};
  trouble_ = std::move(trouble);
}

asio::awaitable<void> sqlite_store::run(std::function<void(transaction&)> change) {
  auto initiate = [this](auto handler, std::function<void(transaction&)> wanted) {
    using handler_type = decltype(handler);
    queue_->push(std::make_unique<waiting_coroutine<handler_type>>(std::move(wanted), std::move(handler), executor_));
  };
  auto token = asio::use_awaitable;
  return asio::async_initiate<asio::use_awaitable_t<>, void(std::exception_ptr)>(std::move(initiate), token,
                                                                                 std::move(change));
}

void sqlite_store::serve() {
  while (true) {
    // Only this thread sets trouble_, so it may look without the lock.
    auto const why = queue_->wait(trouble_ ? std::optional{probe_interval} : std::nullopt);
    if (why == change_queue::wake_up::stop) return;
    if (why == change_queue::wake_up::change)
      commit_group();
    else
      probe();
  }
}

void sqlite_store::commit_group() {
  std::optional<store_failure> failure;
  bool begun = false;
  try {
    auto const access = writing_->access();
    auto& group = writing_->group();
    group.begin();
    begun = true;
    run_changes(group);
    group.commit();
    if (trouble_) note(std::nullopt);
  } catch (store_failure const& f) {
    failure = f;
    note(f.what());
    writing_->look_after(f);
  }
  queue_->answer_group(failure);
  // Without a lock on the file the others would wait as long again, one after another.
  if (failure && !begun) queue_->refuse_waiting(*failure);
  writing_->checkpoint_if_due();
}

void sqlite_store::run_changes(sqlite::group_transaction& group) {
  auto const begin = clock_seam::now();
  for (std::size_t n = 0; n < group_limit; ++n) {
    auto* const next = queue_->start_next();
    if (next == nullptr) return;
    auto failure = group.apply(next->change);
    auto const lost = group.is_lost();
    queue_->change_ended(*next, failure);
    if (lost) throw store_failure{"SQLite gave up a transaction (disk full or I/O error)"};
    if (clock_seam::now() - begin >= group_time) return;
  }
}

/// A service in trouble may get no traffic, so no change would ever show that the trouble is over.
void sqlite_store::probe() {
  try {
    auto const access = writing_->access();
    writing_->probe();
    note(std::nullopt);
  } catch (store_failure const& f) {
    note(f.what());
    writing_->look_after(f);
  }
}

}  // namespace

std::unique_ptr<store> open_sqlite_store(asio::any_io_executor executor, sqlite_settings settings,
                                         std::vector<table_schema> tables) {
  return std::make_unique<sqlite_store>(std::move(executor), settings, std::move(tables));
}

}  // namespace holdfast::kit
