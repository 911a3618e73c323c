#include "cluster/api/watch_stream.hpp"

#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace holdfast::cluster {
namespace {

namespace asio = boost::asio;

// So much is written at a time: enough to be quick, little enough to be held for each of many slow readers.
constexpr std::size_t objects_at_a_time = 64;

class store_watch final : public net::http_stream {
 public:
  store_watch(asio::any_io_executor const& executor, object_store& store, watch_request request,
              std::function<wall_time()> now)
      : store_{store}, request_{std::move(request)}, now_{std::move(now)}, wake_{executor, request_.limit} {
    if (request_.after) {
      seen_ = *request_.after;
    } else {
      present_ = store_.list(*request_.served.kind, request_.filter.name_space);
      seen_ = store_.version();
    }
    // Cancelling wakes next() without ending the limit: a cancelled timer keeps its expiry.
    subscription_ = store_.subscribe([this] { wake_.cancel(); });
  }
  ~store_watch() override { store_.unsubscribe(subscription_); }
  store_watch(store_watch const&) = delete;
  store_watch& operator=(store_watch const&) = delete;

  asio::awaitable<std::optional<std::string>> next() override {
    while (!is_over_) {
      auto text = told_ < present_.size() ? present_text() : changes_text();
      if (!text.empty()) co_return text;
      if (told_ < present_.size() || seen_ < store_.version()) continue;
      auto const [ec] = co_await wake_.async_wait(asio::as_tuple(asio::use_awaitable));
      if (!ec) co_return std::nullopt;  // the limit of time
      auto const state = co_await asio::this_coro::cancellation_state;
      if (state.cancelled() != asio::cancellation_type::none) co_return std::nullopt;
    }
    co_return std::nullopt;
  }

 private:
  std::string event(std::string_view type, json const& object) {
    return watch_event_text(type, object_text(request_.served, object, request_.format, now_()));
  }

  std::string present_text() {
    std::string text;
    for (std::size_t n = 0; n < objects_at_a_time && told_ < present_.size(); ++n, ++told_) {
      if (matches(request_.filter, *present_[told_])) text += event("ADDED", *present_[told_]);
    }
    if (told_ == present_.size()) {
      present_.clear();
      told_ = 0;
    }
    return text;
  }

  std::string changes_text() {
    auto const changes = store_.changes_after(seen_, objects_at_a_time);
    if (!changes) {
      is_over_ = true;
      return watch_event_text("ERROR", status_object(changes.error()).dump());
    }
    std::string text;
    for (auto const& change : *changes) {
      seen_ = change.version;
      if (change.kind == request_.served.kind) text += change_text(change);
    }
    return text;
  }

  std::string change_text(object_change const& change) {
    auto const was_there = change.before && matches(request_.filter, *change.before);
    auto const is_there = change.type != change_type::deleted && matches(request_.filter, *change.object);
    if (is_there) return event(was_there ? "MODIFIED" : "ADDED", *change.object);
    return was_there ? event("DELETED", *change.object) : std::string{};
  }

  object_store& store_;
  watch_request request_;
  std::function<wall_time()> now_;
  asio::steady_timer wake_;
  std::vector<object_ptr> present_;
  std::size_t told_ = 0;
  std::uint64_t seen_ = 0;
  std::uint64_t subscription_ = 0;
  bool is_over_ = false;
};

}  // namespace

std::unique_ptr<net::http_stream> make_watch_stream(asio::any_io_executor executor, object_store& store,
                                                    watch_request request, std::function<wall_time()> now) {
  return std::make_unique<store_watch>(executor, store, std::move(request), std::move(now));
}

}  // namespace holdfast::cluster
