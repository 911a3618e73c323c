#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "cluster/node/handler_runner.hpp"
#include "cluster/store/object_store.hpp"
#include "experiment/observers/breaker_states.hpp"
#include "experiment/timeline.hpp"

namespace holdfast::experiment {

/// Asks every pod that has a page of metrics for its breakers, again and again, and puts their changes on the timeline.
/// Pods whose page holds none are asked seldom. The loop's thread only; destroying it gives up what is under way.
class breaker_observer {
 public:
  struct settings {
    nanoseconds period = std::chrono::milliseconds{250};
    nanoseconds limit = std::chrono::seconds{1};  ///< for a whole answer
    std::size_t most_bytes = std::size_t{1024} * 1024;
    std::uint64_t seldom = 16;  ///< a pod without breakers is asked in one of so many rounds
  };

  /// Begins. What is given outlives it.
  /// @param owner_of  the Deployment of a pod: the caller's name
  breaker_observer(boost::asio::any_io_executor executor, cluster::object_store const& store, timeline& to,
                   std::function<std::string(cluster::object_key const&)> owner_of);
  breaker_observer(boost::asio::any_io_executor executor, cluster::object_store const& store, timeline& to,
                   std::function<std::string(cluster::object_key const&)> owner_of, settings s);
  breaker_observer(breaker_observer const&) = delete;
  breaker_observer& operator=(breaker_observer const&) = delete;
  ~breaker_observer();

 private:
  struct asked_pod {
    std::string uid;
    std::string caller;
    breaker_states states{};
    time_point last_look{};
    bool has_breakers = true;  ///< until its page says otherwise
    std::unique_ptr<cluster::running_handler> asking{};
  };

  void look();
  void ask(cluster::json const& pod);
  void take(cluster::object_key const& pod, cluster::handler_result const& answer, time_point asked_at);

  boost::asio::any_io_executor executor_;
  cluster::object_store const& store_;
  timeline& timeline_;
  std::function<std::string(cluster::object_key const&)> owner_of_;
  settings settings_;
  std::unique_ptr<net::tls_context> tls_;  // verifies nothing
  std::map<cluster::object_key, asked_pod> pods_;
  std::uint64_t round_ = 0;
  boost::asio::steady_timer timer_;
};

}  // namespace holdfast::experiment
