#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"

namespace holdfast::cli {

/// The two report dialects of siege 4: up to 4.1.5 times are printed in seconds, from 4.1.6 on in milliseconds.
enum class siege_dialect : std::uint8_t { v4_0, v4_1 };

/// The version of siege that a dialect stands for: "4.0.7" (as Debian 12 ships it) or "4.1.7".
std::string_view siege_version(siege_dialect dialect);

/// What siege of that version calls itself in requests.
std::string siege_user_agent(siege_dialect dialect);

/// "user:pass[:realm]" of the keys login and proxy-login.
struct siege_login {
  std::string user;
  std::string password;
  std::string realm = "any";  ///< "any" fits every realm
  friend bool operator==(siege_login const&, siege_login const&) = default;
};

enum class siege_protocol : std::uint8_t { http_1_0, http_1_1 };
/// The method of -g. Where gmethod is not set, siege shows HEAD with -C but sends GET, and so do we.
enum class siege_method : std::uint8_t { unset, head, get };
/// -g shows the heads of one exchange, -p its body.
enum class siege_look : std::uint8_t { none, heads, body };

/// Everything that the resource file and the command line can say; the command line wins. A member without a comment
/// is the key of that name.
struct siege_settings {
  siege_dialect dialect = siege_dialect::v4_0;

  bool verbose = false;
  bool color = true;
  bool quiet = false;
  bool debug = false;
  bool json_output = false;
  bool show_logfile = false;
  bool logging = false;
  std::string logfile = "/var/log/siege.log";
  std::string mark;
  bool csv = false;
  bool fullurl = false;
  bool display_id = false;
  bool timestamp = false;

  siege_look look = siege_look::none;
  siege_method gmethod = siege_method::unset;
  bool parser = false;
  std::vector<std::string> nofollow;

  std::uint32_t concurrent = 1;
  std::uint32_t limit = 255;
  std::optional<std::uint64_t> reps;  ///< requests of each user; nothing: no end
  bool once = false;                  ///< --reps=once: each user goes through the URLs one time
  std::optional<nanoseconds> time;
  nanoseconds delay{};
  std::uint32_t timeout_seconds = 30;
  bool internet = false;
  bool benchmark = false;
  std::uint64_t failures = 1024;  ///< abort when so many have failed; 0: never

  siege_protocol protocol = siege_protocol::http_1_0;
  bool keep_alive = false;  ///< connection = keep-alive
  bool chunked = false;
  bool cache = false;
  bool cookies = true;
  bool url_escaping = true;
  bool unique = true;
  bool follow_location = true;
  bool zero_data_ok = true;
  bool expire_session = false;
  bool spinner = false;
  std::string accept_encoding = "*";
  std::string user_agent;
  std::string content_type;          ///< -T: of every body whose line names none
  std::vector<std::string> headers;  ///< "Name: value"

  std::string file = "/etc/siege/urls.txt";
  std::optional<std::string> url;  ///< the argument or the key: instead of the file
  std::uint32_t url_line = 0;      ///< of the key in the resource file; 0: it is the argument
  std::vector<siege_login> logins;
  std::vector<std::string> login_urls;
  std::vector<std::string> auth_urls;
  std::uint32_t attempts = 5;
  std::string proxy_host;
  std::uint16_t proxy_port = 3128;
  std::vector<siege_login> proxy_logins;
  std::string ssl_cert;
  std::string ssl_key;
  std::string ssl_ciphers;
  std::uint32_t ssl_timeout_seconds = 300;

  std::string resource_file;  ///< the one that was read; empty when none was found

  // Ours alone.
  bool more = false;
  bool strict = false;
  std::uint32_t threads = 0;  ///< 0: as many as there are cores, but not more than users
  std::uint64_t seed = 1;

  /// No lines while running, no banner and no text report.
  bool is_silent() const { return quiet || json_output; }
  /// A line for each transaction. -g, -p and -D show the messages themselves instead.
  bool shows_transactions() const { return verbose && !is_silent() && !debug && look == siege_look::none; }
};

/// What siege falls back on when its resource file leaves a key out.
siege_settings bare_siege_settings(siege_dialect dialect);

/// What a new user of siege gets: the values of the resource file that comes with it. Used when there is no resource
/// file at all. json_output stays off, as it is since 4.1 and in siege itself; the file that Debian ships with 4.0.7
/// switches it on, and is obeyed where it exists.
siege_settings shipped_siege_settings(siege_dialect dialect);

/// Closed combinations brought to one meaning, as siege does after all input is read: -g and -p are one request of one
/// user, benchmark means no delay, time wins over reps.
/// @return  a warning for the user, or an empty string.
std::string settle(siege_settings& settings);

}  // namespace holdfast::cli
