#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "kit/events/event_log.hpp"

namespace holdfast::bookshop {

/// A member of a consumer group that takes its share of the partitions and reads nothing of them.
class sleeping_member {
 public:
  sleeping_member(std::string const& folder, std::string topic, std::string group);

  /// Joins, or stays in, the group. @return  the partitions that are its own
  std::vector<std::uint32_t> const& renew();
  void leave();
  /// Orders of the events of one type that stand where others read.
  std::vector<std::int64_t> orders_in_other_partitions(std::string_view type) const;
  std::int64_t count(std::string_view type) const;

 private:
  std::vector<std::int64_t> orders_in(std::uint32_t partition, std::string_view type) const;

  boost::asio::io_context io_{1};
  std::unique_ptr<kit::event_log> log_;
  std::string topic_, group_;
  std::vector<std::uint32_t> mine_;
};

}  // namespace holdfast::bookshop
