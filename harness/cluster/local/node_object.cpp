#include "cluster/local/node_object.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <map>
#include <string_view>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <sched.h>
#include <sys/utsname.h>

namespace holdfast::cluster {
namespace {

constexpr char const* kubelet_version = "v1.34.0-holdfast";  // the release whose rules hold here
constexpr std::uint64_t kibibyte = 1024;

std::string first_line_of(char const* path) {
  std::ifstream file{path};
  std::string line;
  std::getline(file, line);
  return line;
}

std::string_view without_quotes(std::string_view text) {
  bool const is_quoted = text.size() >= 2 && text.front() == '"' && text.back() == '"';
  return is_quoted ? text.substr(1, text.size() - 2) : text;
}

/// What follows `key` in the first line that begins with it.
std::string value_in(char const* path, std::string_view key) {
  std::ifstream file{path};
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(key)) return std::string{without_quotes(std::string_view{line}.substr(key.size()))};
  }
  return {};
}

/// "       32780084 kB" of /proc/meminfo.
std::uint64_t bytes_from(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  std::uint64_t kibibytes = 0;
  std::from_chars(text.data(), text.data() + text.size(), kibibytes);
  return kibibytes * kibibyte;
}

std::int64_t usable_processors() {
  cpu_set_t allowed;
  if (::sched_getaffinity(0, sizeof allowed, &allowed) == 0) return CPU_COUNT(&allowed);
  return std::max(1U, std::thread::hardware_concurrency());
}

std::string architecture_of(std::string const& machine) {
  static std::map<std::string, std::string> const known{
      {"x86_64", "amd64"}, {"aarch64", "arm64"}, {"armv7l", "arm"}, {"i686", "386"}};
  auto const found = known.find(machine);
  return found == known.end() ? machine : found->second;
}

json node_status(machine_facts const& machine, node_terms const& terms, std::string const& stamp) {
  json const amounts{{"cpu", std::to_string(machine.processors)},
                     {"memory", fmt::format("{}Ki", machine.memory_bytes / kibibyte)},
                     {"pods", std::to_string(terms.pods)}};
  json const ready{{"type", "Ready"},
                   {"status", "True"},
                   {"reason", "KubeletReady"},
                   {"message", "pods are processes of this machine"},
                   {"lastHeartbeatTime", stamp},
                   {"lastTransitionTime", stamp}};
  return {{"capacity", amounts},
          {"allocatable", amounts},
          {"conditions", json::array({ready})},
          {"addresses", json::array({{{"type", "InternalIP"}, {"address", terms.address}},
                                     {{"type", "Hostname"}, {"address", machine.host_name}}})},
          {"nodeInfo",
           {{"architecture", machine.architecture},
            {"bootID", machine.boot_id},
            {"containerRuntimeVersion", "holdfast://1"},
            {"kernelVersion", machine.kernel},
            {"kubeProxyVersion", kubelet_version},
            {"kubeletVersion", kubelet_version},
            {"machineID", machine.machine_id},
            {"operatingSystem", "linux"},
            {"osImage", machine.system},
            {"systemUUID", machine.machine_id}}}};
}

}  // namespace

machine_facts facts_of_this_machine() {
  machine_facts machine{.processors = usable_processors(),
                        .memory_bytes = bytes_from(value_in("/proc/meminfo", "MemTotal:")),
                        .system = value_in("/etc/os-release", "PRETTY_NAME="),
                        .machine_id = first_line_of("/etc/machine-id"),
                        .boot_id = first_line_of("/proc/sys/kernel/random/boot_id")};
  utsname names{};
  if (::uname(&names) == 0) {
    machine.host_name = names.nodename;
    machine.architecture = architecture_of(names.machine);
    machine.kernel = names.release;
  }
  return machine;
}

json node_object(machine_facts const& machine, node_terms const& terms, wall_time now) {
  // Kubernetes has the host's name in the label; here selectors may well name the node.
  json const labels{{"kubernetes.io/hostname", terms.name},
                    {"kubernetes.io/os", "linux"},
                    {"kubernetes.io/arch", machine.architecture}};
  return {{"apiVersion", "v1"},
          {"kind", "Node"},
          {"metadata", {{"name", terms.name}, {"labels", labels}}},
          {"spec", json::object()},
          {"status", node_status(machine, terms, stamp_of(now))}};
}

api_result<object_ptr> put_node(object_store& store, json const& node) {
  auto made = store.create(kinds::node, node);
  if (!made) return made;
  auto object = **made;
  object["status"] = member(node, "status");
  return store.update(kinds::node, std::move(object), update_scope::status);
}

}  // namespace holdfast::cluster
