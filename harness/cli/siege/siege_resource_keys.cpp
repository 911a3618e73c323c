#include "cli/siege/siege_resource_keys.hpp"

#include <array>
#include <chrono>
#include <limits>
#include <utility>

#include "cli/siege/siege_values.hpp"
#include "load/load_limits.hpp"
#include "net/http_text.hpp"

namespace holdfast::cli {
namespace {

using outcome_of_key = result<void, unit_error>;

template <bool siege_settings::*Member>
outcome_of_key flag(siege_settings& settings, std::string const& value) {
  auto const parsed = parse_siege_flag(value);
  if (!parsed) return parsed.error();
  settings.*Member = *parsed;
  return {};
}

template <std::string siege_settings::*Member>
outcome_of_key text(siege_settings& settings, std::string const& value) {
  auto const parsed = parse_siege_field_value(value);
  if (!parsed) return parsed.error();
  settings.*Member = value;
  return {};
}

template <std::vector<std::string> siege_settings::*Member>
outcome_of_key one_more(siege_settings& settings, std::string const& value) {
  (settings.*Member).push_back(value);
  return {};
}

template <auto Member, std::uint64_t Least, std::uint64_t Most>
outcome_of_key number(siege_settings& settings, std::string const& value) {
  auto const parsed = parse_siege_number(value, Least, Most);
  if (!parsed) return parsed.error();
  using value_type = std::remove_reference_t<decltype(settings.*Member)>;
  settings.*Member = static_cast<value_type>(*parsed);
  return {};
}

template <std::vector<siege_login> siege_settings::*Member>
outcome_of_key login(siege_settings& settings, std::string const& value) {
  auto parsed = parse_siege_login(value);
  if (!parsed) return parsed.error();
  (settings.*Member).push_back(std::move(*parsed));
  return {};
}

outcome_of_key reps(siege_settings& settings, std::string const& value) {
  settings.once = net::equals_ignoring_case(value, "once");
  if (settings.once) return {};
  auto const parsed = parse_siege_number(value, 1, std::numeric_limits<std::int64_t>::max());
  if (!parsed) return unit_error{parsed.error().problem, "Write a number above zero, or \"once\"."};
  settings.reps = *parsed;
  return {};
}

outcome_of_key time(siege_settings& settings, std::string const& value) {
  auto const parsed = parse_siege_time(value);
  if (!parsed) return parsed.error();
  settings.time = *parsed;
  return {};
}

outcome_of_key delay(siege_settings& settings, std::string const& value) {
  auto const parsed = parse_siege_delay(value);
  if (!parsed) return parsed.error();
  settings.delay = *parsed;
  return {};
}

outcome_of_key protocol(siege_settings& settings, std::string const& value) {
  if (!net::equals_ignoring_case(value, "http/1.1") && !net::equals_ignoring_case(value, "http/1.0")) {
    return unit_error{"not a protocol that siege speaks", "Write \"HTTP/1.1\" or \"HTTP/1.0\"."};
  }
  settings.protocol = value.back() == '1' ? siege_protocol::http_1_1 : siege_protocol::http_1_0;
  return {};
}

outcome_of_key connection(siege_settings& settings, std::string const& value) {
  settings.keep_alive = net::equals_ignoring_case(value, "keep-alive");
  if (settings.keep_alive || net::equals_ignoring_case(value, "close")) return {};
  return unit_error{"not a way to treat connections", "Write \"close\" or \"keep-alive\"."};
}

outcome_of_key gmethod(siege_settings& settings, std::string const& value) {
  auto const is_get = net::equals_ignoring_case(value, "get");
  settings.gmethod = is_get ? siege_method::get : siege_method::head;
  if (is_get || net::equals_ignoring_case(value, "head")) return {};
  return unit_error{"not a method for -g", "Write \"HEAD\" or \"GET\"."};
}

outcome_of_key header(siege_settings& settings, std::string const& value) {
  auto const parsed = parse_siege_header(value);
  if (!parsed) return parsed.error();
  settings.headers.push_back(value);
  return {};
}

outcome_of_key accept_encoding(siege_settings& settings, std::string const& value) {
  auto const parsed = parse_siege_field_value(value);
  if (!parsed) return parsed.error();
  settings.accept_encoding = value.empty() ? "*" : value;
  return {};
}

outcome_of_key url(siege_settings& settings, std::string const& value) {
  settings.url = value;
  return {};
}

outcome_of_key ftp_login(siege_settings&, std::string const&) {
  return unit_error{"FTP is not supported", "Remove the key; use siege itself for FTP."};
}

constexpr auto no_limit = std::numeric_limits<std::uint32_t>::max();

constexpr std::array keys{
    siege_resource_key{"verbose", flag<&siege_settings::verbose>},
    siege_resource_key{"color", flag<&siege_settings::color>},
    siege_resource_key{"quiet", flag<&siege_settings::quiet>},
    siege_resource_key{"debug", flag<&siege_settings::debug>},
    siege_resource_key{"json_output", flag<&siege_settings::json_output>},
    siege_resource_key{"show-logfile", flag<&siege_settings::show_logfile>},
    siege_resource_key{"logging", flag<&siege_settings::logging>},
    siege_resource_key{"logfile", text<&siege_settings::logfile>},
    siege_resource_key{"gmethod", gmethod},
    siege_resource_key{"parser", flag<&siege_settings::parser>},
    siege_resource_key{"nofollow", one_more<&siege_settings::nofollow>},
    siege_resource_key{"csv", flag<&siege_settings::csv>},
    siege_resource_key{"fullurl", flag<&siege_settings::fullurl>},
    siege_resource_key{"display-id", flag<&siege_settings::display_id>},
    siege_resource_key{"timestamp", flag<&siege_settings::timestamp>},
    siege_resource_key{"concurrent", number<&siege_settings::concurrent, 1, load::most_users>},
    siege_resource_key{"limit", number<&siege_settings::limit, 1, no_limit>},
    siege_resource_key{"reps", reps},
    siege_resource_key{"time", time},
    siege_resource_key{"delay", delay},
    siege_resource_key{"timeout", number<&siege_settings::timeout_seconds, 1, 86400>},
    siege_resource_key{"internet", flag<&siege_settings::internet>},
    siege_resource_key{"benchmark", flag<&siege_settings::benchmark>},
    siege_resource_key{"cache", flag<&siege_settings::cache>},
    siege_resource_key{"cookies", flag<&siege_settings::cookies>},
    siege_resource_key{"protocol", protocol},
    siege_resource_key{"connection", connection},
    siege_resource_key{"chunked", flag<&siege_settings::chunked>},
    siege_resource_key{"accept-encoding", accept_encoding},
    siege_resource_key{"url-escaping", flag<&siege_settings::url_escaping>},
    siege_resource_key{"user-agent", text<&siege_settings::user_agent>},
    siege_resource_key{"content-type", text<&siege_settings::content_type>},
    siege_resource_key{"file", text<&siege_settings::file>},
    siege_resource_key{"url", url},
    siege_resource_key{"header", header},
    siege_resource_key{"unique", flag<&siege_settings::unique>},
    siege_resource_key{"failures", number<&siege_settings::failures, 0, std::numeric_limits<std::int64_t>::max()>},
    siege_resource_key{"login", login<&siege_settings::logins>},
    siege_resource_key{"login-url", one_more<&siege_settings::login_urls>},
    siege_resource_key{"auth-url", one_more<&siege_settings::auth_urls>},
    siege_resource_key{"attempts", number<&siege_settings::attempts, 1, 100>},
    siege_resource_key{"proxy-host", text<&siege_settings::proxy_host>},
    siege_resource_key{"proxy-port", number<&siege_settings::proxy_port, 1, 65535>},
    siege_resource_key{"proxy-login", login<&siege_settings::proxy_logins>},
    siege_resource_key{"ftp-login", ftp_login},
    siege_resource_key{"expire-session", flag<&siege_settings::expire_session>},
    siege_resource_key{"follow-location", flag<&siege_settings::follow_location>},
    siege_resource_key{"zero-data-ok", flag<&siege_settings::zero_data_ok>},
    siege_resource_key{"ssl-cert", text<&siege_settings::ssl_cert>},
    siege_resource_key{"ssl-key", text<&siege_settings::ssl_key>},
    siege_resource_key{"ssl-timeout", number<&siege_settings::ssl_timeout_seconds, 1, 86400>},
    siege_resource_key{"ssl-ciphers", text<&siege_settings::ssl_ciphers>},
    siege_resource_key{"spinner", flag<&siege_settings::spinner>},
};

}  // namespace

std::span<siege_resource_key const> siege_resource_keys() { return keys; }

}  // namespace holdfast::cli
