#include "bookshop/testing/sleeping_member.hpp"

#include <algorithm>
#include <chrono>
#include <stdexcept>

#include <boost/asio/co_spawn.hpp>
#include <nlohmann/json.hpp>

namespace holdfast::bookshop {

namespace {

constexpr std::string_view name = "sleeper";
constexpr nanoseconds lease = std::chrono::minutes{1};

}  // namespace

sleeping_member::sleeping_member(std::string const& folder, std::string topic, std::string group)
    : log_{kit::open_sqlite_event_log(io_.get_executor(), {.folder = folder})},
      topic_{std::move(topic)},
      group_{std::move(group)} {
  renew();
}

std::vector<std::uint32_t> const& sleeping_member::renew() {
  bool is_done = false;
  auto on_done = [&](std::exception_ptr const& failure, result<std::vector<std::uint32_t>, std::string> share) {
    if (failure) std::rethrow_exception(failure);
    if (!share) throw std::runtime_error{share.error()};
    mine_ = std::move(*share);
    is_done = true;
  };
  boost::asio::co_spawn(io_, log_->join(topic_, group_, std::string{name}, lease), std::move(on_done));
  io_.restart();
  while (!is_done && io_.run_one() > 0) {
  }
  return mine_;
}

void sleeping_member::leave() {
  bool is_done = false;
  auto on_done = [&](std::exception_ptr const& failure) {
    if (failure) std::rethrow_exception(failure);
    is_done = true;
  };
  boost::asio::co_spawn(io_, log_->leave(topic_, group_, std::string{name}), std::move(on_done));
  io_.restart();
  while (!is_done && io_.run_one() > 0) {
  }
}

std::vector<std::int64_t> sleeping_member::orders_in(std::uint32_t partition, std::string_view type) const {
  constexpr std::size_t everything = 100'000;
  std::vector<std::int64_t> found;
  auto const records = log_->read(topic_, partition, 0, everything);
  if (!records) throw std::runtime_error{records.error()};
  for (auto const& record : *records) {
    auto const envelope = nlohmann::json::parse(record.value);
    if (envelope.at("eventType") == type) found.push_back(envelope.value("orderId", std::int64_t{0}));
  }
  return found;
}

std::vector<std::int64_t> sleeping_member::orders_in_other_partitions(std::string_view type) const {
  std::vector<std::int64_t> found;
  for (std::uint32_t partition = 0; partition < log_->partitions(topic_); ++partition) {
    if (std::find(mine_.begin(), mine_.end(), partition) != mine_.end()) continue;
    auto const orders = orders_in(partition, type);
    found.insert(found.end(), orders.begin(), orders.end());
  }
  return found;
}

std::int64_t sleeping_member::count(std::string_view type) const {
  std::size_t all = 0;
  for (std::uint32_t partition = 0; partition < log_->partitions(topic_); ++partition) {
    all += orders_in(partition, type).size();
  }
  return static_cast<std::int64_t>(all);
}

}  // namespace holdfast::bookshop
