#include "kit/testing/topic_probe.hpp"

#include <exception>
#include <optional>
#include <stdexcept>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>

#include "kit/events/envelope.hpp"

namespace holdfast::kit {

topic_probe::topic_probe(std::string folder, std::string topic)
    : topic_{std::move(topic)}, log_{open_sqlite_event_log(io_.get_executor(), {.folder = std::move(folder)})} {}

std::vector<nlohmann::json> topic_probe::events(std::string_view type) const {
  constexpr std::size_t everything = 1'000'000;
  std::vector<nlohmann::json> found;
  for (std::uint32_t partition = 0; partition < log_->partitions(topic_); ++partition) {
    auto const records = log_->read(topic_, partition, 0, everything);
    if (!records) throw std::runtime_error{records.error()};
    for (auto const& record : *records) {
      auto envelope = nlohmann::json::parse(record.value, nullptr, false);
      if (type.empty() || (envelope.is_object() && envelope.value("eventType", "") == type)) {
        found.push_back(std::move(envelope));
      }
    }
  }
  return found;
}

void topic_probe::append(std::int64_t correlation, std::string envelope) {
  std::optional<result<void, std::string>> outcome;
  auto on_done = [&](std::exception_ptr const& thrown, result<void, std::string> ended) {
    if (thrown) std::rethrow_exception(thrown);
    outcome = std::move(ended);
  };
  boost::asio::co_spawn(
      io_, log_->append({{.topic = topic_, .key = std::to_string(correlation), .value = std::move(envelope)}}),
      std::move(on_done));
  io_.restart();
  while (!outcome && io_.run_one() > 0) {
  }
  if (!*outcome) throw std::runtime_error{outcome->error()};
}

void topic_probe::publish(std::int64_t correlation, std::string_view type, nlohmann::ordered_json const& fields) {
  append(correlation, make_envelope(type, "20210203154500", fields, new_event_id()));
}

}  // namespace holdfast::kit
