#include <charconv>
#include <limits>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "kit/events/consumer.hpp"

namespace holdfast::kit {
namespace {

std::optional<std::int64_t> whole_number(std::string const& text) {
  std::int64_t number = 0;
  auto const* const end = text.data() + text.size();
  auto const [stopped, failed] = std::from_chars(text.data(), end, number);
  if (failed != std::errc{} || stopped != end || text.empty()) return std::nullopt;
  return number;
}

}  // namespace

std::optional<event> read_event(event_record const& record, std::string& problem) {
  auto envelope = nlohmann::json::parse(record.value, nullptr, false);
  if (envelope.is_discarded()) {
    problem = "not JSON";
    return std::nullopt;
  }
  if (!envelope.is_object()) {
    problem = "not a JSON object";
    return std::nullopt;
  }
  auto const type = envelope.find("eventType");
  if (type == envelope.end() || !type->is_string()) {
    problem = "without a text eventType";
    return std::nullopt;
  }
  event read{.id = {}, .type = type->get<std::string>(), .envelope = {}, .record = &record};
  auto const id = envelope.find("eventId");
  auto const has_id = id != envelope.end() && id->is_string() && !id->get_ref<std::string const&>().empty();
  read.id = has_id ? id->get<std::string>() : fmt::format("{}/{}/{}", record.topic, record.partition, record.offset);
  read.envelope = std::move(envelope);
  return read;
}

std::optional<std::int64_t> event::integer(std::string_view field) const {
  auto const found = envelope.find(field);
  if (found == envelope.end()) return std::nullopt;
  if (found->is_string()) return whole_number(found->get_ref<std::string const&>());
  if (found->is_number_unsigned()) {
    auto const number = found->get<std::uint64_t>();
    if (number > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) return std::nullopt;
    return static_cast<std::int64_t>(number);
  }
  if (found->is_number_integer()) return found->get<std::int64_t>();
  return std::nullopt;
}

std::optional<std::string> event::text(std::string_view field) const {
  auto const found = envelope.find(field);
  if (found == envelope.end() || !found->is_string()) return std::nullopt;
  return found->get<std::string>();
}

}  // namespace holdfast::kit
