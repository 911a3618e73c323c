#include "cluster/node/process_finder.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include "cluster/node/file_descriptor.hpp"

namespace holdfast::cluster {
namespace {

/// Environments can have megabytes; what a pod is given has kilobytes.
constexpr std::size_t most_environment_bytes = std::size_t{2} * 1024 * 1024;

std::string proc_path(pid_t pid, char const* file) { return "/proc/" + std::to_string(pid) + '/' + file; }

/// Empty when it cannot be read.
std::string proc_file(std::string const& path, std::size_t limit) {
  file_descriptor const fd{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  std::string text;
  if (!fd) return text;
  std::array<char, 16 * 1024> buffer;
  while (text.size() < limit) {
    auto const got = ::read(fd.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return text;
}

/// The n-th word counted from 0; empty when there are fewer.
std::string_view word(std::string_view text, std::size_t n) {
  for (; n > 0; --n) {
    auto const blank = text.find(' ');
    if (blank == std::string_view::npos) return {};
    text.remove_prefix(blank + 1);
  }
  return text.substr(0, text.find_first_of(" \n"));
}

template <class Number = std::int64_t>
Number number_in(std::string_view text, std::size_t n) {
  Number value{};
  auto const digits = word(text, n);
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

nanoseconds from_ticks(std::int64_t ticks) {
  static auto const per_second = ::sysconf(_SC_CLK_TCK);
  return nanoseconds{ticks * (1'000'000'000 / per_second)};
}

}  // namespace

std::optional<process_facts> parse_process_stat(std::string_view text) {
  // The name stands in brackets and may itself hold blanks and brackets.
  auto const open = text.find('(');
  auto const close = text.rfind(')');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open || close + 2 >= text.size()) {
    return std::nullopt;
  }
  auto const rest = text.substr(close + 2);
  process_facts facts;
  facts.pid = number_in<pid_t>(text, 0);
  facts.name = text.substr(open + 1, close - open - 1);
  facts.state = rest.front();
  facts.parent = number_in<pid_t>(rest, 1);
  facts.group = number_in<pid_t>(rest, 2);
  facts.session = number_in<pid_t>(rest, 3);
  facts.cpu_time = from_ticks(number_in(rest, 11) + number_in(rest, 12));
  facts.ended_children_cpu = from_ticks(number_in(rest, 13) + number_in(rest, 14));
  facts.started = number_in<std::uint64_t>(rest, 19);
  facts.virtual_bytes = number_in<std::uint64_t>(rest, 20);
  facts.resident_bytes = number_in<std::uint64_t>(rest, 21) * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  return facts;
}

std::optional<process_facts> facts_of(pid_t pid) { return parse_process_stat(proc_file(proc_path(pid, "stat"), 4096)); }

std::vector<pid_t> all_processes() {
  std::vector<pid_t> found;
  auto* const folder = ::opendir("/proc");
  if (folder == nullptr) return found;
  while (auto const* const entry = ::readdir(folder)) {
    std::string_view const name{entry->d_name};
    pid_t pid = 0;
    auto const [end, problem] = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (problem == std::errc{} && end == name.data() + name.size()) found.push_back(pid);
  }
  ::closedir(folder);
  std::sort(found.begin(), found.end());
  return found;
}

std::optional<std::string> environment_of(pid_t pid) {
  constexpr int most_tries = 3;  // an exec may end just after the first look, and another begin
  for (int tries = 0; tries < most_tries; ++tries) {
    auto text = proc_file(proc_path(pid, "environ"), most_environment_bytes);
    if (!text.empty()) return text;
    auto const facts = facts_of(pid);
    if (!facts || facts->has_ended() || facts->virtual_bytes == 0) return text;
    // The kernel sets both at the end of an exec.
    if (proc_file(proc_path(pid, "cmdline"), 1).empty()) return std::nullopt;
  }
  return std::string{};
}

std::optional<std::string_view> variable_in(std::string_view environment, std::string_view variable) {
  while (!environment.empty()) {
    auto const entry = environment.substr(0, environment.find('\0'));
    if (entry.size() > variable.size() && entry.starts_with(variable) && entry[variable.size()] == '=') {
      return entry.substr(variable.size() + 1);
    }
    environment.remove_prefix(std::min(entry.size() + 1, environment.size()));
  }
  return std::nullopt;
}

std::optional<std::string> started_with(pid_t pid, std::string_view variable) {
  auto const environment = environment_of(pid);
  auto const value = environment ? variable_in(*environment, variable) : std::nullopt;
  return value ? std::optional{std::string{*value}} : std::nullopt;
}

std::vector<pid_t> processes_with(std::string_view variable, std::string_view value) {
  std::vector<pid_t> found;
  for (auto const pid : all_processes()) {
    if (pid != ::getpid() && started_with(pid, variable) == value) found.push_back(pid);
  }
  return found;
}

}  // namespace holdfast::cluster
