// A small harness for the guardian's test: starts pods that fork, listen and write, and starts and ends more of them
// until it is killed. With "listen ADDRESS" it is what its pods run.
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cluster/node/address_pool.hpp"
#include "cluster/node/guardian.hpp"
#include "cluster/node/process_runtime.hpp"
#include "cluster/node/run_folder.hpp"

namespace {

using namespace holdfast;
using namespace holdfast::cluster;

int listen_on(std::string const& text) {
  auto const address = parse_ipv4(text);
  auto const fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_port = htons(8080);
  std::copy(address->begin(), address->end(), static_cast<std::uint8_t*>(static_cast<void*>(&name.sin_addr)));
  if (::bind(fd, static_cast<sockaddr const*>(static_cast<void const*>(&name)), sizeof name) != 0) return 1;
  if (::listen(fd, 16) != 0) return 1;
  for (;;) ::pause();
}

class small_harness {
 public:
  small_harness(run_folder const& run, address_pool& addresses)
      : run_{run},
        addresses_{addresses},
        runtime_{context_.get_executor(), run.id()},
        signals_{context_, SIGINT, SIGTERM},
        next_{context_} {
    signals_.async_wait([this](boost::system::error_code ec, int) {
      if (!ec) context_.stop();
    });
  }
  void work() {
    for (int i = 0; i < 3; ++i) start_listener();
    churn();
    std::cout << "up" << std::endl;
    context_.run();
  }

 private:
  void start_listener() {
    auto const address = addresses_.take_pod_address();
    start({.program = "/proc/self/exe", .arguments = {"listen", text_of(*address)}});
  }
  /// A pod that leaves its group, forks on from there, writes, and ends or not.
  void churn() {
    auto const file = (run_.path() / std::to_string(count_)).string();
    auto const end = count_ % 2 == 0 ? "exit 0" : "trap '' TERM; sleep 298";
    start({.program = "/bin/sh",
           .arguments = {"-c", "sleep 297 & setsid sh -c 'sleep 299 & sleep 300' & echo data > " + file + "; " + end},
           .environment = {"PATH=/usr/bin:/bin"}});
    if (count_ > 12) return;
    next_.expires_after(std::chrono::milliseconds{15});
    next_.async_wait([this](boost::system::error_code ec) {
      if (!ec) churn();
    });
  }
  void start(child_setup setup) {
    setup.cgroup_files = cgroup_files;
    auto const id = runtime_.start(std::move(setup), "pod/c/" + std::to_string(count_++), process_role::container,
                                   [](process_exit const&) {});
    if (!id) std::cerr << id.error().message << '\n';
  }

  run_folder const& run_;
  address_pool& addresses_;
  boost::asio::io_context context_{1};
  process_runtime runtime_;
  boost::asio::signal_set signals_;
  boost::asio::steady_timer next_;
  int count_ = 0;

 public:
  std::vector<std::string> cgroup_files;
};

int run(std::string const& base, std::string const& id, std::string const& cgroup, std::string const& link) {
  auto const folder = run_folder::create(base, id);
  auto addresses = address_pool::claim(std::hash<std::string>{}(id));
  if (!folder || !addresses) return 3;
  int const claim = addresses->claim_descriptor();
  auto watcher = guardian::start(*folder, std::span{&claim, 1});
  if (!watcher) return 4;
  std::cout << int{addresses->network()} << std::endl;
  (void)folder->note(outside_thing::link, link);
  std::filesystem::create_symlink(folder->path() / "volume", link);
  small_harness harness{*folder, *addresses};
  if (!cgroup.empty()) {
    (void)folder->note(outside_thing::cgroup, cgroup);
    std::filesystem::create_directories(std::filesystem::path{cgroup} / "pod");
    harness.cgroup_files = {cgroup + "/pod/cgroup.procs"};
  }
  harness.work();
  return watcher->finish().empty() ? 0 : 5;
}

}  // namespace

int main(int argc, char** argv) {
  std::span<char const* const> const arguments{argv, static_cast<std::size_t>(argc)};
  if (auto const code = run_as_guardian(arguments)) return *code;
  if (argc == 3 && std::string{argv[1]} == "listen") return listen_on(argv[2]);
  if (argc == 5) return run(argv[1], argv[2], argv[3], argv[4]);
  return 2;
}
