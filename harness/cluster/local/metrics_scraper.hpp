#pragma once

#include <deque>
#include <map>
#include <memory>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "cluster/local/scraped_values.hpp"
#include "cluster/node/handler_runner.hpp"

namespace holdfast::cluster {

/// Asks pods for their own metrics, each on a connection of its own. The loop's thread only; destroying it gives up
/// what is under way.
class metrics_scraper {
 public:
  struct settings {
    nanoseconds limit = std::chrono::seconds{2};  ///< real time, for the whole answer
    std::size_t most_bytes = std::size_t{1024} * 1024;
    std::size_t most_at_once = 32;  ///< connections; the other pods wait for their turn
  };

  explicit metrics_scraper(boost::asio::any_io_executor executor);
  metrics_scraper(boost::asio::any_io_executor executor, settings s);
  metrics_scraper(metrics_scraper const&) = delete;
  metrics_scraper& operator=(metrics_scraper const&) = delete;
  ~metrics_scraper();

  /// Begins to ask all of them, but for those whose last answer is still awaited. Forgets every other pod.
  void ask(std::vector<scrape_target> targets);

  scraped_values const& values() const { return values_; }

 private:
  struct attempt {
    std::string uid;
    std::unique_ptr<running_handler> running{};
  };
  void begin_some();
  void begin(scrape_target const& target);
  void take(scrape_target const& target, handler_result const& answer);

  boost::asio::any_io_executor executor_;
  settings settings_;
  scraped_values values_;
  std::unique_ptr<net::tls_context> tls_;  // verifies nothing; made when it is needed first
  std::deque<scrape_target> waiting_;
  std::map<object_key, attempt> attempts_;
};

}  // namespace holdfast::cluster
