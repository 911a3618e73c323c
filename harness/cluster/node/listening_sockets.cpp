#include "cluster/node/listening_sockets.hpp"

#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include "cluster/node/process_finder.hpp"

namespace holdfast::cluster {
namespace {

constexpr std::string_view listening = "0A";

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  for (;;) {
    auto const from = line.find_first_not_of(' ');
    if (from == std::string_view::npos) return words;
    line.remove_prefix(from);
    words.push_back(line.substr(0, line.find(' ')));
    line.remove_prefix(words.back().size());
  }
}

template <class Number>
std::optional<Number> number_from(std::string_view text, int base) {
  Number value{};
  auto const [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (problem != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

/// The kernel prints the address as it lies in memory, in words of this machine.
std::optional<ipv4> address_from(std::string_view hex) {
  constexpr std::string_view any6 = "00000000000000000000000000000000";
  constexpr std::string_view mapped = "0000000000000000FFFF0000";
  if (hex == any6) return ipv4{};
  if (hex.size() == 32 && hex.starts_with(mapped)) hex.remove_prefix(mapped.size());
  auto const word = hex.size() == 8 ? number_from<std::uint32_t>(hex, 16) : std::nullopt;
  if (!word) return std::nullopt;
  return ipv4{static_cast<std::uint8_t>(*word), static_cast<std::uint8_t>(*word >> 8U),
              static_cast<std::uint8_t>(*word >> 16U), static_cast<std::uint8_t>(*word >> 24U)};
}

std::optional<listener_facts> parse_row(std::string_view row) {
  auto const words = words_of(row);
  if (words.size() < 10 || words[3] != listening) return std::nullopt;
  auto const colon = words[1].find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  auto const address = address_from(words[1].substr(0, colon));
  auto const port = number_from<std::uint16_t>(words[1].substr(colon + 1), 16);
  auto const inode = number_from<std::uint64_t>(words[9], 10);
  if (!address || !port || !inode) return std::nullopt;
  return listener_facts{.address = *address, .port = *port, .inode = *inode};
}

/// "bookd (process 4711)"; "another user's process" when we may not look.
std::string owner_of(listener_facts const& socket) {
  namespace fs = std::filesystem;
  auto const wanted = fmt::format("socket:[{}]", socket.inode);
  for (auto const pid : all_processes()) {
    std::error_code problem;
    for (fs::directory_iterator fd{fmt::format("/proc/{}/fd", pid), problem}, end; !problem && fd != end;
         fd.increment(problem)) {
      std::error_code unreadable;
      if (fs::read_symlink(fd->path(), unreadable) != wanted) continue;
      auto const facts = facts_of(pid);
      return fmt::format("{} (process {})", facts ? facts->name : "a program", pid);
    }
  }
  return "another user's process";
}

}  // namespace

std::string text_of(ipv4 const& a) { return fmt::format("{}.{}.{}.{}", a[0], a[1], a[2], a[3]); }

std::optional<ipv4> parse_ipv4(std::string_view text) {
  ipv4 address{};
  for (std::size_t i = 0; i < address.size(); ++i) {
    auto const end = i + 1 < address.size() ? text.find('.') : text.size();
    auto const part = end == std::string_view::npos ? std::nullopt : number_from<std::uint8_t>(text.substr(0, end), 10);
    if (!part) return std::nullopt;
    address[i] = *part;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return address;
}

std::vector<listener_facts> parse_socket_table(std::string_view table) {
  std::vector<listener_facts> found;
  while (!table.empty()) {
    auto const row = table.substr(0, table.find('\n'));
    if (auto const socket = parse_row(row)) found.push_back(*socket);
    table.remove_prefix(std::min(row.size() + 1, table.size()));
  }
  return found;
}

std::vector<listener_facts> listening_sockets() {
  std::vector<listener_facts> all;
  for (auto const* const path : {"/proc/net/tcp", "/proc/net/tcp6"}) {
    std::ifstream file{path};
    std::string const table{std::istreambuf_iterator<char>{file}, {}};
    for (auto const& socket : parse_socket_table(table)) all.push_back(socket);
  }
  return all;
}

std::optional<std::string> conflict(std::span<listener_facts const> sockets, ipv4 const& address, std::uint16_t port) {
  for (auto const& socket : sockets) {
    if (socket.port != port || (socket.address != address && socket.address != ipv4{})) continue;
    return fmt::format("{}:{} is in use by {}, which listens on {}:{}", text_of(address), port, owner_of(socket),
                       text_of(socket.address), port);
  }
  return std::nullopt;
}

}  // namespace holdfast::cluster
