#include "cluster/node/address_pool.hpp"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <optional>

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>

namespace holdfast::cluster {
namespace {

// 127.0.0.0/16 is where everything else on a machine listens.
constexpr std::uint64_t first_network = 1;
constexpr std::uint64_t last_network = 254;
constexpr std::uint8_t first_pod_third = 16;

bool is_quiet(std::vector<listener_facts> const& sockets, std::uint8_t network) {
  return std::none_of(sockets.begin(), sockets.end(), [&](listener_facts const& socket) {
    return socket.address[0] == 127 && socket.address[1] == network;
  });
}

/// Not valid, with errno, when another has the name.
file_descriptor claim_network(std::uint8_t network) {
  file_descriptor fd{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
  if (!fd) return fd;
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  auto const text = fmt::format("holdfast/127.{}.0.0", network);
  std::copy(text.begin(), text.end(), name.sun_path + 1);  // the zero before it makes the name abstract
  auto const size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + text.size());
  if (::bind(fd.get(), static_cast<sockaddr const*>(static_cast<void const*>(&name)), size) == 0) return fd;
  auto const why = errno;
  fd.reset();
  errno = why;
  return fd;
}

}  // namespace

result<address_pool, std::string> address_pool::claim(std::uint64_t preference) {
  auto const sockets = listening_sockets();
  constexpr auto count = last_network - first_network + 1;
  std::size_t busy = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    auto const network = static_cast<std::uint8_t>(first_network + (preference % count + i) % count);
    if (!is_quiet(sockets, network)) {
      ++busy;
      continue;
    }
    auto socket = claim_network(network);
    if (socket) return address_pool{network, std::move(socket)};
    if (errno != EADDRINUSE) return fmt::format("no socket to claim addresses with: {}", std::strerror(errno));
  }
  return fmt::format("no free network in 127.1.0.0 to 127.254.0.0: programs listen in {}, other runs have {}", busy,
                     count - busy);
}

result<ipv4, std::string> address_pool::take(range& from, char const* what) {
  while (from.next_third <= from.last_third) {
    ipv4 const address{127, network_, static_cast<std::uint8_t>(from.next_third),
                       static_cast<std::uint8_t>(from.next_fourth)};
    if (++from.next_fourth == 255) {
      from.next_fourth = 1;
      ++from.next_third;
    }
    if (taken_.insert(address).second) return address;
  }
  while (!from.returned.empty()) {
    auto const address = from.returned.front();
    from.returned.pop_front();
    if (taken_.insert(address).second) return address;
  }
  return fmt::format("all addresses for {} in 127.{}.0.0/16 are taken", what, network_);
}

result<ipv4, std::string> address_pool::take_service_address() { return take(services_, "Services"); }
result<ipv4, std::string> address_pool::take_pod_address() { return take(pods_, "pods"); }

result<ipv4, std::string> address_pool::take_this_service_address(ipv4 const& wanted) {
  bool const fits =
      wanted[0] == 127 && wanted[1] == network_ && wanted[2] < first_pod_third && wanted[3] != 0 && wanted[3] != 255;
  if (!fits) {
    return fmt::format("{} is not among this run's addresses for Services, 127.{}.0.1 to 127.{}.15.254",
                       text_of(wanted), network_, network_);
  }
  if (!taken_.insert(wanted).second) return text_of(wanted) + " is taken";
  return wanted;
}

void address_pool::give_back(ipv4 const& address) {
  if (taken_.erase(address) == 0) return;
  (address[2] < first_pod_third ? services_ : pods_).returned.push_back(address);
}

}  // namespace holdfast::cluster
