#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"
#include "net/origin.hpp"

namespace holdfast::load {

/// The cookies of one user: what RFC 6265 asks of a client, for the attributes Domain, Path, Max-Age, Expires and
/// Secure. There is no list of public suffixes: a Domain must hold the host and have a dot inside, so "com" is refused
/// but "co.uk" is not. Whatever servers send, a jar stays within the limits below; the oldest cookies go first.
class cookie_jar {
 public:
  static constexpr std::size_t most_per_domain = 50;
  static constexpr std::size_t most = 300;
  static constexpr std::size_t longest = 4096;      ///< bytes of name and value
  static constexpr std::size_t most_bytes = 65536;  ///< of names, values, domains and paths together

  /// Takes in one Set-Cookie header of the answer to a request for `target`. What it must not take is left out.
  void store(std::string_view set_cookie, net::origin const& from, std::string_view target, wall_time now);

  /// Appends "a=1; b=2", the value of a Cookie header for a request, longer paths first.
  /// @return whether there was anything to append
  bool append_to(std::string& out, net::origin const& to, std::string_view target, wall_time now);

  void clear() { cookies_.clear(); }
  std::size_t size() const { return cookies_.size(); }

 private:
  struct cookie {
    std::string name;
    std::string value;
    std::string domain;
    std::string path;
    std::chrono::sys_seconds expires = std::chrono::sys_seconds::max();  ///< max: with the run
    std::uint64_t created = 0;
    bool host_only = true;
    bool secure = false;
    std::size_t bytes() const { return name.size() + value.size() + domain.size() + path.size(); }
  };
  friend struct cookie_reader;

  void drop_expired(std::chrono::sys_seconds now);
  void make_room(std::string_view domain, std::size_t bytes);
  void drop_oldest(std::string_view domain);

  std::vector<cookie> cookies_;  ///< longer paths first, then older ones
  std::uint64_t created_ = 0;
};

}  // namespace holdfast::load
