#include "gateway/backend.hpp"

#include <optional>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace holdfast::gateway {

namespace asio = boost::asio;

backend::backend(asio::io_context& context, net::origin to, deadline_sweep& sweep)
    : context_{context}, name_{net::host_header(to)}, sweep_{sweep}, lookup_{context, std::move(to)} {}

std::unique_ptr<stream> backend::take_kept() {
  while (!kept_.empty()) {
    auto connection = std::move(kept_.back().connection);
    kept_.pop_back();
    if (connection->is_quiet()) return connection;
  }
  return nullptr;
}

void backend::keep(std::unique_ptr<stream> connection, time_point now) {
  if (kept_.size() >= most_kept) return;
  connection->make_small();
  kept_.push_back({std::move(connection), now});
}

void backend::close_unused(time_point now) {
  while (!kept_.empty() && now - kept_.front().since > kept_for) kept_.pop_front();
}

asio::awaitable<backend_failure> backend::wait_for_address(time_point until) {
  struct waiting {
    asio::steady_timer gate;
    std::optional<std::string> problem;
  };
  auto const one = std::make_shared<waiting>(waiting{asio::steady_timer{context_, until}, std::nullopt});
  lookup_.wait([one](std::string const& problem) {
    one->problem = problem;
    one->gate.cancel();
  });
  co_await one->gate.async_wait(asio::as_tuple(asio::use_awaitable));
  if (!one->problem) co_return backend_failure::no_connection_in_time;
  co_return one->problem->empty() ? backend_failure::none : backend_failure::unknown_name;
}

asio::awaitable<backend::opened> backend::open(nanoseconds within) {
  auto const until = clock_seam::now() + within;
  if (!lookup_.is_ready(clock_seam::now())) {
    auto const problem = co_await wait_for_address(until);
    if (problem != backend_failure::none) co_return opened{nullptr, problem};
  }
  auto const addresses = lookup_.list().addresses;
  auto why = backend_failure::unknown_name;
  for (auto const& address : addresses) {
    auto connection = std::make_unique<stream>(stream::socket{context_}, sweep_);
    auto const end = co_await connection->connect(address, until);
    if (end == transfer::done) {
      ++opened_;
      co_return opened{std::move(connection), backend_failure::none};
    }
    why = end == transfer::refused     ? backend_failure::refused
          : end == transfer::timed_out ? backend_failure::no_connection_in_time
                                       : backend_failure::unreachable;
    if (end == transfer::timed_out) break;
  }
  lookup_.distrust();
  co_return opened{nullptr, why};
}

}  // namespace holdfast::gateway
