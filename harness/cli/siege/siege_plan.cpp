#include "cli/siege/siege_plan.hpp"

#include <algorithm>
#include <utility>

#include "cli/siege/siege_auth.hpp"
#include "net/http_text.hpp"

namespace holdfast::cli {
namespace {

void append(diagnostics& all, diagnostics const& more) { all.insert(all.end(), more.begin(), more.end()); }

std::vector<siege_request> read_main_urls(siege_settings const& settings, siege_url_rules const& rules,
                                          diagnostics& problems) {
  if (settings.url) {
    auto const is_key = settings.url_line != 0;
    auto request =
        parse_siege_url(*settings.url, is_key ? settings.resource_file : "command line", is_key ? "url" : "URL", rules);
    if (request) return {std::move(*request)};
    problems.push_back(request.error());
    problems.back().line = settings.url_line;
    return {};
  }
  auto const text = rules.environment.read_file(settings.file);
  if (!text) {
    problems.push_back({.file = "command line",
                        .field = "--file",
                        .value = settings.file,
                        .problem = "there is no URL, and the URL file cannot be read: " + text.error().message(),
                        .fix = "Write holdfast siege http://host/path, or name a URL file with -f."});
    return {};
  }
  auto requests = parse_siege_urls(*text, settings.file, rules);
  if (requests) return std::move(*requests);
  append(problems, requests.error());
  return {};
}

std::vector<siege_request> read_url_list(std::vector<std::string> const& texts, std::string const& source,
                                         std::string const& key, siege_url_rules const& rules, diagnostics& problems) {
  std::vector<siege_request> requests;
  for (auto const& text : texts) {
    auto request = parse_siege_url(text, source, key, rules);
    if (request) {
      requests.push_back(std::move(*request));
    } else {
      problems.push_back(request.error());
    }
  }
  return requests;
}

}  // namespace

result<siege_plan, diagnostics> make_siege_plan(siege_invocation const& invocation,
                                                siege_environment const& environment) {
  siege_plan plan{.settings = invocation.settings};
  auto const& settings = plan.settings;
  siege_url_rules const rules{environment, invocation.variables, settings.url_escaping};
  auto const source = settings.resource_file.empty() ? std::string{"settings"} : settings.resource_file;
  diagnostics problems;
  plan.urls = read_main_urls(settings, rules, problems);
  plan.login_urls = read_url_list(settings.login_urls, source, "login-url", rules, problems);
  plan.auth_urls = read_url_list(settings.auth_urls, source, "auth-url", rules, problems);
  for (auto const* const list : {&plan.urls, &plan.login_urls, &plan.auth_urls}) {
    for (auto const& each : *list) {
      if (auto reason = unreachable_reason(settings, each.where); !reason.empty()) {
        problems.push_back({.file = source,
                            .field = "proxy-host",
                            .value = net::to_string(each.where),
                            .problem = std::move(reason),
                            .fix = "Remove proxy-host, or name a host and port."});
      }
    }
  }
  if (!problems.empty()) return problems;
  if (settings.look == siege_look::heads && settings.gmethod == siege_method::head) {
    for (auto& each : plan.urls) {
      if (each.method == "GET") each.method = "HEAD";
    }
  }
  return plan;
}

net::origin next_hop(siege_settings const& settings, net::url const& where) {
  if (settings.proxy_host.empty()) return where.to;
  if (where.to.scheme == net::url_scheme::http) return {.host = settings.proxy_host, .port = settings.proxy_port};
  auto tunnelled = where.to;
  tunnelled.proxy.emplace(net::tunnel_proxy{.host = settings.proxy_host, .port = settings.proxy_port});
  if (!settings.proxy_logins.empty()) {
    auto const& login = settings.proxy_logins.front();
    tunnelled.proxy->authorization = basic_authorization(login.user, login.password);
  }
  return tunnelled;
}

std::string unreachable_reason(siege_settings const& settings, net::url const& where) {
  if (settings.proxy_host.empty()) return {};
  if (!where.to.unix_path.empty()) return "a unix socket cannot be reached through a proxy";
  return {};
}

bool is_nofollow_host(siege_settings const& settings, std::string_view host) {
  return std::any_of(settings.nofollow.begin(), settings.nofollow.end(), [&](std::string const& excluded) {
    if (excluded.size() > host.size()) return false;
    auto const tail = host.substr(host.size() - excluded.size());
    auto const is_same = std::equal(tail.begin(), tail.end(), excluded.begin(),
                                    [](char a, char b) { return net::ascii_lower(a) == net::ascii_lower(b); });
    return is_same && (host.size() == excluded.size() || host[host.size() - excluded.size() - 1] == '.');
  });
}

std::vector<net::origin> origins_of(siege_plan const& plan) {
  std::vector<net::origin> origins;
  for (auto const* const list : {&plan.urls, &plan.login_urls, &plan.auth_urls}) {
    for (auto const& each : *list) origins.push_back(next_hop(plan.settings, each.where));
  }
  std::sort(origins.begin(), origins.end());
  origins.erase(std::unique(origins.begin(), origins.end()), origins.end());
  return origins;
}

}  // namespace holdfast::cli
