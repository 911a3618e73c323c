#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include "core/clock.hpp"
#include "core/result.hpp"
#include "net/http1_connection.hpp"
#include "net/origin.hpp"
#include "net/resolver.hpp"

namespace holdfast::kit {

using resolve_function = std::function<result<std::vector<net::stream_endpoint>, std::string>(net::origin const& of)>;

/// The addresses of one origin, kept fresh without blocking the service's thread: asking the system's resolver happens
/// on a thread of its own and cannot be interrupted, so that thread is left behind when the owner goes first.
/// An address written as digits is known at once and for ever. Use from the context's thread only.
class address_lookup {
 public:
  /// The argument says why there is no address; empty when there is one.
  using ready = std::function<void(std::string const& problem)>;

  address_lookup(boost::asio::io_context& context, net::origin to, resolve_function resolve = net::resolve);
  ~address_lookup();
  address_lookup(address_lookup const&) = delete;
  address_lookup& operator=(address_lookup const&) = delete;

  /// Whether list() may be used now. Addresses older than five seconds may still be, and are asked for anew.
  bool is_ready(time_point now);
  /// Calls `then` when an answer is there: later, never from inside.
  void wait(ready then);
  /// Nothing answered there: the next user waits for a new answer.
  void distrust();
  void forget_waiters() { waiters_.clear(), keep_running_.reset(); }

  net::address_list& list() { return list_; }

 private:
  using answer = result<std::vector<net::stream_endpoint>, std::string>;
  struct mailbox;
  void ask();
  void take(answer const& found);

  boost::asio::io_context& context_;
  net::origin origin_;
  resolve_function resolve_;
  net::address_list list_;
  bool is_literal_ = false;
  bool is_trusted_ = false;
  bool is_asking_ = false;
  time_point asked_at_{};
  std::vector<ready> waiters_;
  std::unique_ptr<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> keep_running_;
  std::shared_ptr<mailbox> mailbox_;
};

}  // namespace holdfast::kit
