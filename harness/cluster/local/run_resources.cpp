#include "cluster/local/run_resources.hpp"

#include <array>
#include <fstream>
#include <iterator>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

namespace holdfast::cluster {
namespace {

std::string text_of_file(char const* path) {
  std::ifstream file{path};
  return {std::istreambuf_iterator<char>{file}, {}};
}

diagnostics cannot_start(std::string what, std::string fix) {
  return {{.file = "local cluster", .problem = std::move(what), .fix = std::move(fix)}};
}

}  // namespace

result<std::string, std::string> service_addresses::take_service_address() {
  auto const taken = pool_.take_service_address();
  if (!taken) return {boost::system::in_place_error, taken.error()};
  return {boost::system::in_place_value, text_of(*taken)};
}

result<std::string, std::string> service_addresses::take_this_service_address(std::string const& wanted) {
  auto const address = parse_ipv4(wanted);
  if (!address) return {boost::system::in_place_error, fmt::format("\"{}\" is not an IPv4 address", wanted)};
  auto const taken = pool_.take_this_service_address(*address);
  if (!taken) return {boost::system::in_place_error, taken.error()};
  return {boost::system::in_place_value, wanted};
}

void service_addresses::give_back(std::string const& address) {
  if (auto const known = parse_ipv4(address)) pool_.give_back(*known);
}

run_resources::run_resources(run_folder folder, address_pool addresses, guardian watcher)
    : folder_{std::move(folder)}, addresses_{std::move(addresses)}, guardian_{std::move(watcher)} {
  auto const note = [this](std::filesystem::path const& where) { (void)folder_.note(outside_thing::cgroup, where); };
  cgroups_ = std::make_unique<cgroup_tree>(
      find_cgroups(text_of_file("/proc/self/mountinfo"), text_of_file("/proc/self/cgroup")), folder_.id(), note,
      std::vector<pid_t>{::getpid(), guardian_.pid()});
}

result<std::unique_ptr<run_resources>, diagnostics> run_resources::take(
    std::filesystem::path const& base, std::function<void(std::string const&)> const& warn) {
  for (auto const& dead : remove_dead_runs(base)) {
    for (auto const& left : dead.report.left) warn(fmt::format("left by the run {}: {}", dead.id, left));
  }
  auto folder = run_folder::create(base, run_folder::new_id());
  if (!folder) return cannot_start(folder.error(), "Set TMPDIR to a folder that you may write to.");
  auto addresses = address_pool::claim(std::hash<std::string>{}(folder->id()));
  if (!addresses) return cannot_start(addresses.error(), "End other runs that hold loopback networks.");
  std::array const keeps{addresses->claim_descriptor()};
  auto watcher = guardian::start(*folder, keeps);
  if (!watcher) return cannot_start(watcher.error(), "Without it nothing would clean up after a crash.");
  return std::unique_ptr<run_resources>{
      new run_resources{std::move(*folder), std::move(*addresses), std::move(*watcher)}};
}

std::vector<std::string> run_resources::give_back() {
  cgroups_.reset();
  return guardian_.finish();
}

}  // namespace holdfast::cluster
