#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <sys/types.h>

#include "core/clock.hpp"
#include "kit/documents/sqlite_database.hpp"

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
  log_file(std::string folder, access how, nanoseconds patience, bool survives_power_loss);

  /// @throws store_failure  saying why the file cannot be used now
  sqlite::database& connection();
  /// Rises with each new connection: statements of earlier ones are void.
  std::uint64_t generation() const { return generation_; }
  /// Before the statements of the connection are: they must be gone already.
  void drop() { open_.reset(); }
  /// True when connection() would drop the present connection.
  bool is_stale() const;
  /// Why the file cannot be reached, as far as its name tells.
  std::optional<std::string> missing() const;

 private:
  struct place {
    dev_t device = 0;
    ino_t number = 0;
    friend bool operator==(place const&, place const&) = default;
  };
  std::optional<place> on_disk() const;
  void open();

  std::string folder_;
  std::string path_;
  access how_;
  nanoseconds patience_;
  bool survives_power_loss_;
  bool seen_ = false;
  place opened_;
  std::uint64_t generation_ = 0;
  std::unique_ptr<sqlite::database> open_;
};

}  // namespace holdfast::kit
