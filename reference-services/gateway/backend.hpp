#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include "core/clock.hpp"
#include "gateway/backend_failure.hpp"
#include "gateway/stream.hpp"
#include "kit/client/address_lookup.hpp"
#include "net/origin.hpp"

namespace holdfast::gateway {

/// One service behind the gateway: its address and the connections kept to it, the last used first.
class backend {
 public:
  static constexpr std::size_t most_kept = 1024;
  static constexpr nanoseconds kept_for{30'000'000'000};  ///< without use

  backend(boost::asio::io_context& context, net::origin to, deadline_sweep& sweep);

  /// A kept connection on which nothing came in the meantime; none when there is none.
  std::unique_ptr<stream> take_kept();
  struct opened {
    std::unique_ptr<stream> connection;  ///< none: it failed
    backend_failure why = backend_failure::none;
  };
  /// A new connection. Tries all addresses of the name within that time.
  boost::asio::awaitable<opened> open(nanoseconds within);
  void keep(std::unique_ptr<stream> connection, time_point now);
  void close_unused(time_point now);
  void close_all() { kept_.clear(); }

  std::string const& name() const { return name_; }  ///< "order:8080", as in a Host field
  void count(backend_failure why) { ++failures_[why]; }
  std::map<backend_failure, std::uint64_t> const& failures() const { return failures_; }
  std::uint64_t connections_opened() const { return opened_; }
  std::size_t kept() const { return kept_.size(); }

 private:
  struct kept_connection {
    std::unique_ptr<stream> connection;
    time_point since;
  };
  boost::asio::awaitable<backend_failure> wait_for_address(time_point until);

  boost::asio::io_context& context_;
  std::string name_;
  deadline_sweep& sweep_;
  kit::address_lookup lookup_;
  std::deque<kept_connection> kept_;  // the last used at the back
  std::map<backend_failure, std::uint64_t> failures_;
  std::uint64_t opened_ = 0;
};

}  // namespace holdfast::gateway
