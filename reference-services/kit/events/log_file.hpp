#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <sys/types.h>

#include "core/clock.hpp"
#include "kit/documents/sqlite_database.hpp"
#include "kit/events/log_settings.hpp"

namespace holdfast::kit {

/// Path of the log and of the file whose time stamp is touched after each append, to wake readers of all processes:
/// writes to the WAL itself can be seen before the commit is.
std::string log_path(std::string const& folder);
std::string log_signal_path(std::string const& folder);

/// One connection to the file of a log, opened when it is needed and again when the file was replaced or spoiled. A
/// file that this process has seen is never made anew: records that others count on may come back with it (a volume
/// that was not mounted, a folder moved away). Used by one thread.
class log_file {
 public:
  enum class access : std::uint8_t {
    append,  ///< makes folder, file and tables
    read,    ///< waits for somebody else to make them
  };
  log_file(event_log_settings const& of, access how, nanoseconds patience);

  /// @throws store_failure  saying why the file cannot be used now
  sqlite::database& connection();
  /// Rises with each new connection: what was attached to earlier ones is gone.
  std::uint64_t generation() const { return generation_; }
  void drop();
  /// Keeps the statements of the present connection until just before its end.
  void attach(std::shared_ptr<void> statements) { attached_ = std::move(statements); }
  /// Why the file cannot be reached, as far as its name tells.
  std::optional<std::string> missing() const;

 private:
  struct place {
    dev_t device = 0;
    ino_t number = 0;
    friend bool operator==(place const&, place const&) = default;
  };
  std::optional<place> on_disk() const;
  std::optional<std::string> why_missing(std::optional<place> const& there) const;
  void open();

  std::string folder_;
  std::string path_;
  access how_;
  nanoseconds patience_;
  bool survives_power_loss_;
  bool seen_;
  place opened_;
  std::uint64_t generation_ = 0;
  std::unique_ptr<sqlite::database> open_;
  std::shared_ptr<void> attached_;  // after open_: destroyed first
};

}  // namespace holdfast::kit
