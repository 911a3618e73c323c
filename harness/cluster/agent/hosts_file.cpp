#include "cluster/agent/hosts_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <tuple>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "cluster/node/file_descriptor.hpp"

namespace holdfast::cluster {
namespace {

bool is_older(object_ptr const& a, object_ptr const& b) {
  auto const order = [](json const& object) {
    return std::tie(text_at(object, "metadata", "creationTimestamp"), namespace_of(object), name_of(object));
  };
  return order(*a) < order(*b);
}

std::string line_of_service(json const& service, std::string const& home) {
  auto const& address = text_at(service, "spec", "clusterIP");
  if (address.empty() || address == "None") return {};
  auto const& name = name_of(service);
  auto const& place = namespace_of(service);
  return fmt::format("{} {}{}.{} {}.{}.svc {}.{}.svc.cluster.local\n", address, place == home ? name + ' ' : "", name,
                     place, name, place, name, place);
}

}  // namespace

std::string hosts_text(json const& pod, std::string const& address, std::span<object_ptr const> services) {
  auto text =
      fmt::format("127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n{} {}\n", address, name_of(pod));
  std::vector<object_ptr> sorted{services.begin(), services.end()};
  std::ranges::sort(sorted, is_older);
  for (auto const& service : sorted) text += line_of_service(*service, namespace_of(pod));
  return text;
}

result<void, std::string> write_hosts_file(std::filesystem::path const& path, std::string const& text) {
  auto const trouble = [&path] { return fmt::format("{}: {}", path.string(), std::strerror(errno)); };
  std::error_code ignored;
  std::filesystem::create_directories(path.parent_path(), ignored);
  file_descriptor const file{::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644)};
  if (!file) return trouble();
  if (::pwrite(file.get(), text.data(), text.size(), 0) != static_cast<ssize_t>(text.size())) return trouble();
  if (::ftruncate(file.get(), static_cast<off_t>(text.size())) != 0) return trouble();
  return {};
}

}  // namespace holdfast::cluster
