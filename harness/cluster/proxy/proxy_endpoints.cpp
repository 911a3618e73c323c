#include "cluster/proxy/proxy_endpoints.hpp"

namespace holdfast::cluster {

proxy_endpoints::proxy_endpoints(std::optional<nanoseconds> affinity) : reason_{"it has no endpoint yet"} {
  if (affinity) affinity_.emplace(*affinity);
}

void proxy_endpoints::set(std::span<proxy_endpoint const> all) {
  std::vector<endpoint> entries;
  by_address_.clear();
  for (auto const& e : all) {
    entries.push_back({e.pod, to_string(e.at), {e.ready, e.serving, e.terminating}});
    by_address_[entries.back().address] = {std::make_shared<std::string const>(e.pod), e.at};
  }
  eligible_ = eligible(entries);
  reason_ = text_of(eligible_, entries.size());
}

chosen_endpoint const* proxy_endpoints::choose(std::uint32_t client_address, time_point now, random_engine& random) {
  if (is_empty()) return nullptr;
  auto const address = affinity_ ? affinity_->choose(ipv4_text(client_address), eligible_, random, now)
                                 : random_choice(eligible_, random);
  auto const found = by_address_.find(std::string{address});
  return found == by_address_.end() ? nullptr : &found->second;
}

}  // namespace holdfast::cluster
