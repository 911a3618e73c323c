// The service proxy by itself, for measurements: proxy_alone LISTEN POD[,POD...] [KIND name=value ...]
// Both are ADDRESS:PORT on loopback. Runs until SIGTERM or SIGINT and then prints what it cost, as JSON.
#include <csignal>
#include <cstdio>
#include <string>
#include <string_view>

#include <sys/resource.h>

#include "cluster/proxy/service_proxy.hpp"

namespace {

using namespace holdfast::cluster;

class counting_sink : public proxy_sink {
 public:
  void on_connections(std::vector<connection_record> ended) override { records += ended.size(); }
  void on_event(proxy_event event) override {
    std::fprintf(stderr, "%s: %s\n", std::string{to_string(event.what)}.c_str(), event.text.c_str());
  }
  std::uint64_t records = 0;
};

int fail(std::string const& why) {
  std::fprintf(stderr, "proxy_alone: %s\n", why.c_str());
  return 2;
}

std::vector<proxy_endpoint> pods_of(std::string_view list) {
  std::vector<proxy_endpoint> pods;
  while (!list.empty()) {
    auto const comma = list.find(',');
    auto const at = parse_ipv4_endpoint(list.substr(0, comma));
    if (!at) return {};
    pods.push_back({.pod = to_string(*at), .at = *at, .ready = true, .serving = true});
    list = comma == std::string_view::npos ? std::string_view{} : list.substr(comma + 1);
  }
  return pods;
}

fault_request fault_of(int argc, char** argv) {
  fault_request request{.kind = argv[3]};
  for (int i = 4; i < argc; ++i) {
    std::string_view const word{argv[i]};
    auto const equals = std::min(word.find('='), word.size());
    request.parameters[std::string{word.substr(0, equals)}] = word.substr(std::min(equals + 1, word.size()));
  }
  return request;
}

void open_all_files() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

void print(proxy_usage const& used, std::uint64_t records) {
  std::printf(
      "{\"cpu_s\": %.6f, \"running_s\": %.6f, \"accepted\": %llu, \"most_open\": %llu, \"bytes_to_pods\": %llu, "
      "\"bytes_to_clients\": %llu, \"failed\": %llu, \"most_held_bytes\": %llu, \"pauses\": %llu, \"records\": %llu}\n",
      holdfast::in_seconds(used.cpu), holdfast::in_seconds(used.running),
      static_cast<unsigned long long>(used.accepted), static_cast<unsigned long long>(used.most_open),
      static_cast<unsigned long long>(used.bytes_to_pods), static_cast<unsigned long long>(used.bytes_to_clients),
      static_cast<unsigned long long>(used.failed), static_cast<unsigned long long>(used.most_held_bytes),
      static_cast<unsigned long long>(used.pauses), static_cast<unsigned long long>(records));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return fail("usage: proxy_alone LISTEN POD[,POD...] [FAULT name=value ...]");
  auto const listen = parse_ipv4_endpoint(argv[1]);
  auto const pods = pods_of(argv[2]);
  if (!listen || pods.empty()) return fail("addresses are written as 127.0.0.1:8080");
  open_all_files();
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);
  sigprocmask(SIG_BLOCK, &ends, nullptr);

  counting_sink sink;
  auto proxy = service_proxy::start({}, sink);
  if (!proxy) return fail(proxy.error().message());
  auto const added = (*proxy)->add_service({.name = "service", .listen = {*listen}});
  if (!added) return fail(holdfast::to_string(added.error()));
  if (argc > 3) {
    auto const fault = (*proxy)->add_fault(fault_of(argc, argv));
    if (!fault) return fail(holdfast::to_string(fault.error()));
  }
  (*proxy)->set_endpoints("service", pods);
  int signal = 0;
  sigwait(&ends, &signal);
  auto const used = (*proxy)->usage();
  (*proxy)->stop();
  print(used, sink.records);
  return 0;
}
