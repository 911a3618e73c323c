#include "cluster/agent/volume_links.hpp"

#include <system_error>

namespace holdfast::cluster {

void volume_links::made(std::filesystem::path const& link, std::string const& pod) { users_[link].insert(pod); }

void volume_links::found(std::filesystem::path const& link, std::string const& pod) {
  if (auto const known = users_.find(link); known != users_.end()) known->second.insert(pod);
}

void volume_links::release(std::string const& pod) {
  for (auto at = users_.begin(); at != users_.end();) {
    auto& [link, users] = *at;
    if (users.erase(pod) == 0 || !users.empty()) {
      ++at;
      continue;
    }
    std::error_code ignored;
    std::filesystem::remove(link, ignored);
    at = users_.erase(at);
  }
}

}  // namespace holdfast::cluster
