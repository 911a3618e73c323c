#include "load/machine_texts.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace holdfast::load {
namespace {

constexpr std::string_view blanks = " \t\r";

std::string_view take_line(std::string_view& text) {
  auto const end = std::min(text.find('\n'), text.size());
  auto const line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

std::string_view take_word(std::string_view& line) {
  line.remove_prefix(std::min(line.find_first_not_of(blanks), line.size()));
  auto const end = std::min(line.find_first_of(blanks), line.size());
  auto const word = line.substr(0, end);
  line.remove_prefix(end);
  return word;
}

std::string_view trimmed(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
  return text.substr(0, text.find_last_not_of(blanks) + 1);
}

template <class Integer>
std::optional<Integer> parse_integer(std::string_view text, int base = 10) {
  Integer value{};
  auto const* const last = text.data() + text.size();
  auto const [stop, problem] = std::from_chars(text.data(), last, value, base);
  if (problem != std::errc{} || stop != last) return std::nullopt;
  return value;
}

/// "cpu,cpuacct" names the controller cpu.
bool names_cpu(std::string_view controllers) {
  while (!controllers.empty()) {
    auto const end = std::min(controllers.find(','), controllers.size());
    if (controllers.substr(0, end) == "cpu") return true;
    controllers.remove_prefix(std::min(end + 1, controllers.size()));
  }
  return false;
}

}  // namespace

std::optional<cpu_ticks> parse_cpu_ticks(std::string_view proc_stat) {
  auto line = take_line(proc_stat);
  if (take_word(line) != "cpu") return std::nullopt;
  // user nice system idle iowait irq softirq steal; guest times follow and are in user and nice already.
  constexpr std::size_t steal = 7;
  cpu_ticks ticks;
  for (std::size_t field = 0; field <= steal; ++field) {
    auto const value = parse_integer<std::uint64_t>(take_word(line));
    if (!value) return std::nullopt;
    ticks.total += *value;
    if (field == steal) ticks.steal = *value;
  }
  return ticks;
}

std::optional<nanoseconds> parse_throttled(std::string_view cpu_stat) {
  while (!cpu_stat.empty()) {
    auto line = take_line(cpu_stat);
    auto const key = take_word(line);
    auto const unit = key == "throttled_usec" ? 1000 : key == "throttled_time" ? 1 : 0;
    if (unit == 0) continue;
    auto const value = parse_integer<std::int64_t>(take_word(line));
    if (!value || *value < 0 || *value > std::numeric_limits<std::int64_t>::max() / unit) return std::nullopt;
    return nanoseconds{*value * unit};
  }
  return std::nullopt;
}

std::vector<std::string> cpu_cgroup_directories(std::string_view proc_cgroup) {
  std::string root;
  std::string_view path;
  while (!proc_cgroup.empty()) {
    auto const line = take_line(proc_cgroup);  // hierarchy-id:controllers:path
    auto const first = line.find(':');
    auto const second = first == std::string_view::npos ? first : line.find(':', first + 1);
    if (second == std::string_view::npos || second + 1 >= line.size() || line[second + 1] != '/') continue;
    auto const controllers = line.substr(first + 1, second - first - 1);
    auto const is_v2 = controllers.empty();
    // In the mixed layout the CPU controller is where version 1 names it.
    if (!names_cpu(controllers) && !(is_v2 && root.empty())) continue;
    root = is_v2 ? "/sys/fs/cgroup" : "/sys/fs/cgroup/" + std::string{controllers};
    path = line.substr(second + 1);
  }
  std::vector<std::string> directories;
  if (root.empty()) return directories;
  for (; path.size() > 1; path = path.substr(0, path.rfind('/'))) directories.push_back(root + std::string{path});
  directories.push_back(root);
  return directories;
}

std::optional<port_range> parse_port_range(std::string_view ip_local_port_range) {
  auto line = take_line(ip_local_port_range);
  auto const first = parse_integer<std::uint16_t>(take_word(line));
  auto const last = parse_integer<std::uint16_t>(take_word(line));
  if (!first || !last || *first > *last) return std::nullopt;
  return port_range{*first, *last};
}

std::string parse_cpu_model(std::string_view proc_cpuinfo) {
  while (!proc_cpuinfo.empty()) {
    auto const line = take_line(proc_cpuinfo);
    auto const colon = line.find(':');
    if (colon == std::string_view::npos || trimmed(line.substr(0, colon)) != "model name") continue;
    return std::string{trimmed(line.substr(colon + 1))};
  }
  return {};
}

}  // namespace holdfast::load
