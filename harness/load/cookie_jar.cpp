#include "load/cookie_jar.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "load/cookie_reader.hpp"

namespace holdfast::load {

void cookie_jar::store(std::string_view set_cookie, net::origin const& from, std::string_view target, wall_time now) {
  auto const second = std::chrono::floor<std::chrono::seconds>(now);
  auto made = cookie_reader{from, target, second}.read(set_cookie);
  if (!made) return;
  made->created = created_++;
  auto const same = std::ranges::find_if(cookies_, [&](cookie const& c) {
    return c.name == made->name && c.domain == made->domain && c.path == made->path;
  });
  if (same != cookies_.end()) {
    made->created = same->created;  // the new value takes the old one's turn
    cookies_.erase(same);
  }
  if (made->expires <= second) return;
  drop_expired(second);
  make_room(made->domain, made->bytes());
  auto const goes_before = [](cookie const& a, cookie const& b) {
    return a.path.size() != b.path.size() ? a.path.size() > b.path.size() : a.created < b.created;
  };
  cookies_.insert(std::upper_bound(cookies_.begin(), cookies_.end(), *made, goes_before), std::move(*made));
}

bool cookie_jar::append_to(std::string& out, net::origin const& to, std::string_view target, wall_time now) {
  if (cookies_.empty()) return false;
  drop_expired(std::chrono::floor<std::chrono::seconds>(now));
  auto const path = path_of(target);
  bool any = false;
  for (auto const& c : cookies_) {
    bool const for_host = c.host_only ? to.host == c.domain : domain_matches(to.host, c.domain);
    if (!for_host || !path_matches(path, c.path) || (c.secure && to.scheme != net::url_scheme::https)) continue;
    if (any) out += "; ";
    out += c.name;
    out += '=';
    out += c.value;
    any = true;
  }
  return any;
}

void cookie_jar::drop_expired(std::chrono::sys_seconds now) {
  std::erase_if(cookies_, [now](cookie const& c) { return c.expires <= now; });
}

void cookie_jar::make_room(std::string_view domain, std::size_t bytes) {
  auto const in_domain = std::ranges::count(cookies_, domain, &cookie::domain);
  if (static_cast<std::size_t>(in_domain) >= most_per_domain) drop_oldest(domain);
  auto total = bytes;
  for (auto const& c : cookies_) total += c.bytes();
  while (!cookies_.empty() && (cookies_.size() >= most || total > most_bytes)) {
    auto const oldest = std::ranges::min_element(cookies_, {}, &cookie::created);
    total -= oldest->bytes();
    cookies_.erase(oldest);
  }
}

void cookie_jar::drop_oldest(std::string_view domain) {
  auto oldest = cookies_.end();
  for (auto at = cookies_.begin(); at != cookies_.end(); ++at) {
    if (at->domain == domain && (oldest == cookies_.end() || at->created < oldest->created)) oldest = at;
  }
  if (oldest != cookies_.end()) cookies_.erase(oldest);
}

}  // namespace holdfast::load
