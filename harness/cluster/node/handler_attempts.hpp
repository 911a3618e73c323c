#pragma once

#include <memory>

#include "cluster/node/handler_runner.hpp"

namespace holdfast::cluster {

/// How much of an answer or of a command's output is looked at, as in the kubelet.
inline constexpr std::size_t most_handler_output = std::size_t{10} * 1024;

// What handler_runner::run chooses from.
std::unique_ptr<running_handler> start_http_get(boost::asio::any_io_executor const& executor,
                                                http_get_action const& action, std::string const& user_agent,
                                                net::tls_context& tls, nanoseconds limit, handler_callback on_result,
                                                std::size_t most_output = most_handler_output);
std::unique_ptr<running_handler> start_tcp_socket(boost::asio::any_io_executor const& executor,
                                                  tcp_socket_action const& action, nanoseconds limit,
                                                  handler_callback on_result);
std::unique_ptr<running_handler> start_exec(boost::asio::any_io_executor const& executor, process_runtime& processes,
                                            exec_action const& action, exec_place const& place, nanoseconds limit,
                                            handler_callback on_result);
std::unique_ptr<running_handler> start_sleep(boost::asio::any_io_executor const& executor, sleep_action const& action,
                                             nanoseconds limit, handler_callback on_result);

/// Holds one attempt's state for its asynchronous operations, which hold weak references to it; destroying the handle
/// ends it.
template <class Attempt>
class attempt_handle final : public running_handler {
 public:
  explicit attempt_handle(std::shared_ptr<Attempt> attempt) : attempt_{std::move(attempt)} {}
  attempt_handle(attempt_handle const&) = delete;
  attempt_handle& operator=(attempt_handle const&) = delete;
  ~attempt_handle() override { attempt_->give_up(); }

 private:
  std::shared_ptr<Attempt> attempt_;
};

}  // namespace holdfast::cluster
