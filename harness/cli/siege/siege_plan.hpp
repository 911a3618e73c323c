#pragma once

#include <string>
#include <vector>

#include "cli/siege/siege_environment.hpp"
#include "cli/siege/siege_options.hpp"
#include "cli/siege/siege_settings.hpp"
#include "cli/siege/siege_urls.hpp"
#include "core/diagnostic.hpp"
#include "core/result.hpp"
#include "net/origin.hpp"

namespace holdfast::cli {

/// What the users of a siege do. Never changes during a run; shared by all threads.
struct siege_plan {
  siege_settings settings;
  std::vector<siege_request> urls;        ///< at least one
  std::vector<siege_request> login_urls;  ///< user k begins with number k modulo their count
  std::vector<siege_request> auth_urls;   ///< asked for after a 403, which is then tried again
};

/// Reads the URLs that the invocation names. All problems at once: unusable URLs, an unreadable file, a unix socket
/// behind a proxy.
result<siege_plan, diagnostics> make_siege_plan(siege_invocation const& invocation,
                                                siege_environment const& environment);

/// Where a request for `where` is sent: to the host itself, to the proxy, or for https through a tunnel that the proxy
/// opens. The proxy is given its first login with the question for a tunnel, unasked.
net::origin next_hop(siege_settings const& settings, net::url const& where);

/// Why a URL cannot be asked for with these settings, or an empty text. Redirects and pages may lead to such URLs.
std::string unreachable_reason(siege_settings const& settings, net::url const& where);

/// Whether resources of that host are left out (nofollow): the host itself and those below it.
bool is_nofollow_host(siege_settings const& settings, std::string_view host);

/// All origins that the plan leads to, each once.
std::vector<net::origin> origins_of(siege_plan const& plan);

}  // namespace holdfast::cli
