#include "kit/client/address_lookup.hpp"

#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>

namespace holdfast::kit {
namespace {

namespace asio = boost::asio;

// A service that was restarted elsewhere is found after this long even if its old address still accepts.
constexpr nanoseconds fresh_for = std::chrono::seconds{5};

bool is_literal(net::origin const& to) {
  boost::system::error_code ec;
  (void)asio::ip::make_address(to.host, ec);
  return !ec || !to.unix_path.empty();
}

}  // namespace

/// How the asking thread reaches the owner: not at all once the owner is gone.
struct address_lookup::mailbox {
  std::mutex guard;
  asio::io_context* context = nullptr;
  address_lookup* owner = nullptr;
};

address_lookup::address_lookup(asio::io_context& context, net::origin to, resolve_function resolve)
    : context_{context},
      origin_{std::move(to)},
      resolve_{std::move(resolve)},
      is_literal_{is_literal(origin_)},
      mailbox_{std::make_shared<mailbox>()} {
  mailbox_->context = &context_;
  mailbox_->owner = this;
  if (is_literal_) take(resolve_(origin_));
}

address_lookup::~address_lookup() {
  std::lock_guard const lock{mailbox_->guard};
  mailbox_->context = nullptr;
  mailbox_->owner = nullptr;
}

bool address_lookup::is_ready(time_point now) {
  if (list_.addresses.empty()) return false;
  if (is_literal_) return true;
  if (now - asked_at_ > fresh_for) ask();
  return is_trusted_;
}

void address_lookup::wait(ready then) {
  waiters_.push_back(std::move(then));
  using guard_type = asio::executor_work_guard<asio::io_context::executor_type>;
  if (!keep_running_) keep_running_ = std::make_unique<guard_type>(context_.get_executor());
  ask();
}

void address_lookup::distrust() {
  if (!is_literal_) is_trusted_ = false;
}

void address_lookup::ask() {
  if (is_asking_) return;
  is_asking_ = true;
  auto work = [box = mailbox_, of = origin_, resolve = resolve_] {
    auto found = resolve(of);
    std::lock_guard const lock{box->guard};
    if (box->context == nullptr) return;
    asio::post(*box->context, [box, found = std::move(found)] {
      if (box->owner != nullptr) box->owner->take(found);
    });
  };
  std::optional<std::string> problem;
  try {
    std::thread{std::move(work)}.detach();
  } catch (std::system_error const& e) {
    problem = e.what();
  }
  if (!problem) return;
  asio::post(context_, [box = mailbox_, problem = *problem] {
    if (box->owner != nullptr) box->owner->take(answer{problem});
  });
}

void address_lookup::take(answer const& found) {
  is_asking_ = false;
  asked_at_ = clock_seam::now();
  std::string problem;
  if (found && !found->empty()) {
    if (list_.addresses != *found) list_ = {.addresses = *found, .preferred = 0};
    is_trusted_ = true;
  } else {
    problem = found ? "the name has no address" : found.error();
  }
  auto const waiters = std::exchange(waiters_, {});
  keep_running_.reset();
  for (auto const& then : waiters) then(problem);
}

}  // namespace holdfast::kit
