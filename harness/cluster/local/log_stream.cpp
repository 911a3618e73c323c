#include "cluster/local/log_stream.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

namespace holdfast::cluster {
namespace {

namespace asio = boost::asio;

class log_file_stream final : public net::http_stream {
 public:
  log_file_stream(asio::any_io_executor executor, std::shared_ptr<log_file> log, log_selection selection,
                  log_follow follow)
      : log_{log},
        cursor_{std::move(log), selection},
        follow_{follow},
        executor_{executor},
        wake_{std::move(executor), asio::steady_timer::time_point::max()} {}

  asio::awaitable<std::optional<std::string>> next() override {
    for (;;) {
      auto piece = cursor_.next();
      if (!piece.text.empty()) co_return std::move(piece.text);
      if (piece.more_now) {
        co_await asio::post(executor_, asio::use_awaitable);  // a long way to what was selected: others have a turn
      } else if (follow_ == log_follow::no || cursor_.is_done()) {
        co_return std::nullopt;
      } else {
        auto const told = log_->when_more([this] { wake_.cancel(); });
        (void)co_await wake_.async_wait(asio::as_tuple(asio::use_awaitable));
      }
      auto const state = co_await asio::this_coro::cancellation_state;
      if (state.cancelled() != asio::cancellation_type::none) co_return std::nullopt;
    }
  }

 private:
  std::shared_ptr<log_file> log_;
  log_cursor cursor_;
  log_follow follow_;
  asio::any_io_executor executor_;
  asio::steady_timer wake_;  // never expires
};

std::vector<std::string> container_names(json const& pod, char const* which) {
  std::vector<std::string> names;
  auto const& containers = member(pod, "spec", which);
  if (!containers.is_array()) return names;
  for (auto const& each : containers) names.push_back(text_at(each, "name"));
  return names;
}

bool is_among(std::vector<std::string> const& names, std::string const& name) {
  return std::ranges::find(names, name) != names.end();
}

json const& state_of(json const& pod, std::string const& container) {
  for (auto const* const which : {"containerStatuses", "initContainerStatuses"}) {
    auto const& statuses = member(pod, "status", which);
    if (!statuses.is_array()) continue;
    for (auto const& each : statuses) {
      if (text_at(each, "name") == container) return member(each, "state");
    }
  }
  return null_json();
}

std::string waiting_text(json const& state) {
  auto const& reason = text_at(state, "waiting", "reason");
  if (reason == "ErrImagePull") return "image can't be pulled";
  if (reason == "ImagePullBackOff") return "trying and failing to pull image";
  return reason.empty() ? "ContainerCreating" : reason;
}

/// While a container waits to be started again, its last instance is the present one for plain "logs", and already the
/// previous one for "logs --previous", as the kubelet has it.
std::shared_ptr<log_file> chosen_log(container_log const* log, json const& state, bool previous) {
  if (log == nullptr) return nullptr;
  if (!previous) return log->current();
  bool const waits = !member(state, "waiting").is_null();
  return waits && log->current() && log->current()->has_ended() ? log->current() : log->previous();
}

std::optional<std::uint64_t> count_of(std::optional<std::int64_t> asked) {
  if (!asked || *asked < 0) return std::nullopt;
  return static_cast<std::uint64_t>(*asked);
}

}  // namespace

std::unique_ptr<net::http_stream> make_log_stream(asio::any_io_executor executor, std::shared_ptr<log_file> log,
                                                  log_selection selection, log_follow follow) {
  return std::make_unique<log_file_stream>(std::move(executor), std::move(log), selection, follow);
}

api_result<std::string> logged_container(json const& pod, std::string const& asked) {
  auto const names = container_names(pod, "containers");
  auto const init_names = container_names(pod, "initContainers");
  if (!asked.empty()) {
    if (is_among(names, asked) || is_among(init_names, asked)) return asked;
    return bad_request(fmt::format("container {} is not valid for pod {}", asked, name_of(pod)));
  }
  if (names.size() == 1) return names.front();
  auto text = fmt::format("a container name must be specified for pod {}, choose one of: [{}]", name_of(pod),
                          fmt::join(names, " "));
  if (!init_names.empty()) text += fmt::format(" or one of the init containers: [{}]", fmt::join(init_names, " "));
  return bad_request(std::move(text));
}

api_result<std::unique_ptr<net::http_stream>> open_log(
    asio::any_io_executor const& executor, json const& pod,
    std::function<container_log const*(std::string_view container)> const& log_of, log_request const& request) {
  auto const container = logged_container(pod, request.container);
  if (!container) return container.error();
  auto const& state = state_of(pod, *container);
  auto const log = chosen_log(log_of(*container), state, request.previous);
  if (!log && request.previous) {
    return bad_request(
        fmt::format("previous terminated container \"{}\" in pod \"{}\" not found", *container, name_of(pod)));
  }
  if (!log) {
    return bad_request(fmt::format("container \"{}\" in pod \"{}\" is waiting to start: {}", *container, name_of(pod),
                                   waiting_text(state)));
  }
  return make_log_stream(executor, log,
                         {.tail = count_of(request.tail_lines),
                          .since = request.since,
                          .limit_bytes = count_of(request.limit_bytes),
                          .stamps = request.timestamps ? log_stamps::shown : log_stamps::hidden},
                         request.follow ? log_follow::yes : log_follow::no);
}

}  // namespace holdfast::cluster
