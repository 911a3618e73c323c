#include "cli/siege/siege_load_settings.hpp"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "cli/siege/siege_page.hpp"

namespace holdfast::cli {

load::load_settings load_settings_of(siege_plan const& plan, unsigned cores) {
  auto const& s = plan.settings;
  load::load_settings out;
  load::closed_loop_plan loop;
  loop.users = s.concurrent;
  loop.duration = s.time;
  out.arrivals = loop;
  out.request_names = {"siege"};
  out.origins = origins_of(plan);
  out.limits.connect = std::chrono::seconds{s.timeout_seconds};
  out.limits.response = std::chrono::seconds{s.timeout_seconds};
  out.limits.drain = nanoseconds{};  // what is in flight at the end counts nowhere
  out.tls.verify = net::peer_verification::off;
  out.tls.certificate_file = s.ssl_cert;
  out.tls.key_file = s.ssl_key;
  out.tls.ciphers = s.ssl_ciphers;
  out.scan.kept_body_bytes = s.look == siege_look::body ? std::size_t{64} * 1024 * 1024 : longest_page;
  out.threads = s.threads != 0 ? s.threads : std::max(1U, std::min<std::uint32_t>(cores, s.concurrent));
  out.seed = s.seed;
  return out;
}

std::string limit_warning(siege_settings const& s) {
  if (s.concurrent <= s.limit) return {};
  return fmt::format("WARNING: {} users are more than the limit of {} in the resource file. All of them run.\n",
                     s.concurrent, s.limit);
}

}  // namespace holdfast::cli
