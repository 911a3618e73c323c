#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <nlohmann/json.hpp>

#include "kit/events/event_log.hpp"

namespace holdfast::kit {

/// Reads what services published, and publishes in the name of others, for tests.
class topic_probe {
 public:
  /// @param folder  of the event log: what BROKER_ADDR names after "file:"
  topic_probe(std::string folder, std::string topic);

  /// The envelopes of one type (of every type when it is empty), in the order of each partition.
  std::vector<nlohmann::json> events(std::string_view type = {}) const;
  std::int64_t count(std::string_view type) const { return static_cast<std::int64_t>(events(type).size()); }
  /// Appends a record as it is: `envelope` need not be one.
  /// @throws std::runtime_error  when it cannot be appended
  void append(std::int64_t correlation, std::string envelope);
  /// An event with an id of its own.
  void publish(std::int64_t correlation, std::string_view type, nlohmann::ordered_json const& fields);

 private:
  boost::asio::io_context io_{1};
  std::string topic_;
  std::unique_ptr<event_log> log_;
};

}  // namespace holdfast::kit
