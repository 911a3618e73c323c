#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kit/events/event.hpp"
#include "kit/events/log_file.hpp"

namespace holdfast::kit {

/// Everything that reads a log, on a connection of its own: never waits for appenders. Used by one thread. Failures are
/// thrown as store_failure.
class log_reader {
 public:
  explicit log_reader(event_log_settings const& of);
  ~log_reader();

  std::vector<event_record> read(std::string_view topic, std::uint32_t partition, std::int64_t from, std::size_t limit);
  std::int64_t end_offset(std::string_view topic, std::uint32_t partition);
  std::uint32_t partitions(std::string_view topic);
  std::string identity();
  /// Changes whenever somebody else has committed.
  std::int64_t version();
  std::optional<std::string> missing() const { return file_.missing(); }

 private:
  struct statements;
  struct topic_row {
    std::int64_t id = 0;
    std::uint32_t partitions = 0;
  };
  statements& prepared();
  std::optional<topic_row> find(statements& use, std::string_view name);
  /// Runs `ask`; drops a connection that a failure has spoiled.
  template <class Ask>
  auto guarded(Ask ask);

  log_file file_;
  std::uint32_t partitions_;
  statements* statements_ = nullptr;  // attached to the file's connection
  std::uint64_t generation_ = 0;      // the one that statements_ and topics_ belong to
  std::map<std::string, topic_row, std::less<>> topics_;
};

}  // namespace holdfast::kit
