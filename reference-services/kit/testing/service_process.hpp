#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>
#include <sys/types.h>

#include "core/clock.hpp"

namespace holdfast::kit {

/// A real process of a service, with an environment of its own and its output in files. Killed when it is destroyed.
class service_process {
 public:
  using environment = std::map<std::string, std::string>;

  /// @param folder  for its output and its port file
  service_process(std::string const& program, environment variables, std::string const& folder,
                  std::vector<std::string> const& arguments = {});
  ~service_process();
  service_process(service_process const&) = delete;
  service_process& operator=(service_process const&) = delete;

  /// Where it listens: waits up to ten seconds for that; 0 when it has ended or does not come up.
  std::uint16_t port();
  void send_signal(int number) const;
  /// Whether it has a handler for the signal by now.
  bool catches(int signal) const;
  /// Its exit code, or minus the signal that ended it. Waits up to twenty seconds, then kills it.
  int wait();
  bool is_running();
  void kill_and_wait();  ///< kill -9

  nanoseconds start_to_listening() const { return listening_ - started_; }
  std::string output() const;
  std::string errors() const;
  /// The lines of its log that are events of this kind.
  std::vector<nlohmann::json> events(std::string const& kind) const;

 private:
  std::string base_;
  pid_t process_ = -1;
  std::optional<int> ended_with_;
  std::uint16_t port_ = 0;
  time_point started_, listening_;
};

/// Asks every 2 ms until `holds` does, for ten seconds at most.
template <class Condition>
bool eventually(Condition holds);
void rest_a_moment();

template <class Condition>
bool eventually(Condition holds) {
  constexpr nanoseconds patience{10'000'000'000};
  auto const end = clock_seam::now() + patience;
  while (!holds()) {
    if (clock_seam::now() > end) return false;
    rest_a_moment();
  }
  return true;
}

}  // namespace holdfast::kit
