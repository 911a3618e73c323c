#include "cluster/local/local_cluster.hpp"

#include <random>
#include <utility>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include "cluster/agent/node_agent.hpp"
#include "cluster/api/api_server.hpp"
#include "cluster/api/kubeconfig.hpp"
#include "cluster/controllers/control_plane.hpp"
#include "cluster/local/log_stream.hpp"
#include "cluster/local/manifest_order.hpp"
#include "cluster/local/node_object.hpp"
#include "cluster/local/pod_metrics.hpp"
#include "cluster/local/run_resources.hpp"
#include "cluster/local/scrape_targets.hpp"
#include "cluster/local/service_faults.hpp"
#include "cluster/local/service_routes.hpp"
#include "cluster/node/listening_sockets.hpp"
#include "cluster/node/mount_plan.hpp"
#include "cluster/objects/admission.hpp"
#include "cluster/proxy/service_proxy.hpp"
#include "net/certificate_maker.hpp"

namespace holdfast::cluster {

namespace asio = boost::asio;

namespace {

constexpr std::uint16_t any_port = 0;

/// Nobody asked for records.
class no_sink final : public proxy_sink {
 public:
  void on_connections(std::vector<connection_record> /*ended*/) override {}
  void on_event(proxy_event /*event*/) override {}
};

std::string random_token() {
  std::random_device source;
  std::string token;
  for (int i = 0; i < 8; ++i) token += fmt::format("{:08x}", source());
  return token;
}

diagnostic refusal(manifest const& of, api_error const& error) {
  return {.file = of.file,
          .line = line_of(of.lines, "metadata.name"),
          .field = std::string{of.kind->name},
          .value = name_of(of.object),
          .problem = error.message,
          .fix = "Correct the manifest."};
}

class cluster_in_process final : public local_cluster, private cluster_backend {
 public:
  cluster_in_process(asio::any_io_executor const& executor, local_cluster_settings settings,
                     std::unique_ptr<run_resources> resources)
      : executor_{executor},
        settings_{std::move(settings)},
        resources_{std::move(resources)},
        random_{derived_seed(settings_.seed, 1)},
        clock_{{.steady = clock_seam::now(), .wall = clock_seam::wall_now()}, settings_.time_scale},
        store_{{.now = clock_seam::wall_now, .admit = admit, .seed = derived_seed(settings_.seed, 2)}},
        service_addresses_{resources_->addresses()},
        metrics_{executor_,
                 clock_,
                 {resources_->folder().id(), &resources_->cgroups()},
                 {.running = [this] { return agent_ ? agent_->running() : std::vector<running_container>{}; },
                  .scraped = [this] { return scrape_targets(plane_.cache()); }}},
        plane_{store_, metrics_, service_addresses_, {.clock = clock_}},
        processes_{std::make_unique<process_runtime>(executor_, resources_->folder().id())},
        probes_{executor_, *processes_, "kube-probe/1.34"},
        hooks_{executor_, *processes_, "kube-lifecycle/1.34"},
        volumes_{resources_->folder().path() / "pods", claims_folder()},
        timer_{executor_} {}

  ~cluster_in_process() override { store_.unsubscribe(subscription_); }

  result<void, diagnostics> begin();

  result<void, diagnostics> create(manifest_set const& manifests) override;
  std::size_t signal(object_key const& pod, int number) override { return agent_->signal(pod, number); }
  process_runtime& processes() override { return *processes_; }
  object_store& store() override { return store_; }
  service_proxy& proxy() override { return *proxy_; }
  proxy_usage proxy_cost() override { return proxy_->usage(); }
  std::string kubeconfig() const override {
    return kubeconfig_text(api_address(), certificate_.certificate, token_, "default");
  }
  std::string api_address() const override { return fmt::format("https://127.0.0.1:{}", http_->endpoint().port()); }
  std::string network() const override { return fmt::format("127.{}.0.0/16", resources_->addresses().network()); }
  asio::awaitable<std::vector<std::string>> stop() override;

 private:
  api_result<std::unique_ptr<net::http_stream>> logs(log_request const& of) override {
    auto const pod = store_.get(kinds::pod, of.pod);
    if (!pod) return pod.error();
    auto const log_of = [&](std::string_view container) { return agent_->log_of(of.pod, container); };
    return open_log(executor_, **pod, log_of, of);
  }
  std::vector<container_usage> usage() const override { return metrics_.usage(); }

  std::filesystem::path claims_folder() const {
    return settings_.claims.empty() ? resources_->folder().path() / "claims" : settings_.claims;
  }
  result<void, diagnostics> start_proxy();
  result<void, diagnostics> start_api();
  void start_agent();
  std::map<std::string, ipv4_endpoint> ports_of(object_key const& service) const;
  void mark();
  void step();
  void arm(std::optional<time_point> due);
  void put(manifest const& each, diagnostics& problems);
  asio::awaitable<void> end_pods();

  asio::any_io_executor executor_;
  local_cluster_settings settings_;
  std::unique_ptr<run_resources> resources_;
  random_engine random_;
  cluster_clock clock_;
  object_store store_;
  service_addresses service_addresses_;
  pod_metrics metrics_;
  control_plane plane_;
  std::unique_ptr<process_runtime> processes_;
  handler_runner probes_;
  handler_runner hooks_;
  volume_folders volumes_;
  no_sink no_sink_;
  std::unique_ptr<service_proxy> proxy_;
  std::unique_ptr<route_proxy> route_proxy_;
  std::unique_ptr<service_routes> routes_;
  std::unique_ptr<service_faults> faults_;
  std::unique_ptr<node_agent> agent_;
  std::unique_ptr<api_server> api_;
  std::unique_ptr<net::http_server> http_;
  net::issued_certificate certificate_;
  std::string token_ = random_token();
  asio::steady_timer timer_;
  std::uint64_t subscription_ = 0;
  bool is_marked_ = false;
  bool is_stopping_ = false;
};

result<void, diagnostics> cluster_in_process::begin() {
  if (auto const started = start_proxy(); !started) return started.error();
  start_agent();
  if (auto const started = start_api(); !started) return started.error();
  (void)put_node(store_, node_object(facts_of_this_machine(), {}, clock_seam::wall_now()));
  subscription_ = store_.subscribe([this] { mark(); });
  step();  // the namespace "default" is there when this returns
  return {};
}

result<void, diagnostics> cluster_in_process::start_proxy() {
  auto const scaled_second = from_seconds(1 / clock_.scale());
  auto& sink = settings_.connections != nullptr ? *settings_.connections : no_sink_;
  auto started = service_proxy::start({.seed = derived_seed(settings_.seed, 3), .sync_period = scaled_second}, sink);
  if (!started) {
    return diagnostics{{.file = "local cluster",
                        .problem = "the service proxy cannot be started: " + started.error().message(),
                        .fix = "Raise the limit of open files (ulimit -n)."}};
  }
  proxy_ = std::move(*started);
  route_proxy_ = routes_through(*proxy_);
  routes_ = std::make_unique<service_routes>(store_, *route_proxy_, plane_.events(), clock_,
                                             service_routes::settings{.holds_address = [this](json const& service) {
                                               return plane_.holds_address(uid_of(service));
                                             }});
  auto const probe_address = resources_->addresses().take_pod_address();
  if (!probe_address) return diagnostics{{.file = "local cluster", .problem = probe_address.error()}};
  faults_ = std::make_unique<service_faults>(
      executor_, store_, *proxy_, plane_.events(), clock_, *parse_ipv4_address(text_of(*probe_address)),
      [this](object_key const& of) { return ports_of(of); }, settings_.on_fault);
  return {};
}

void cluster_in_process::start_agent() {
  auto const staging = resources_->folder().path() / "probe-of-mounts";
  std::filesystem::create_directories(staging);
  agent_parts const parts{.executor = executor_,
                          .store = store_,
                          .events = plane_.events(),
                          .clock = clock_,
                          .processes = *processes_,
                          .probes = probes_,
                          .hooks = hooks_,
                          .addresses = resources_->addresses(),
                          .volumes = volumes_,
                          .images = settings_.images,
                          .random = random_,
                          .cgroups = &resources_->cgroups(),
                          .isolation = permitted_namespaces(staging),
                          .hosts = resources_->folder().path() / "hosts",
                          .logs = resources_->folder().path() / "logs",
                          .on_link = [this](std::filesystem::path const& link) {
                            (void)resources_->folder().note(outside_thing::link, link);
                          }};
  if (!parts.isolation) {
    settings_.warn(
        "mount namespaces are not permitted here: volumes are reached by links at their mountPath, or by "
        "HOLDFAST_VOLUME_<NAME>");
  }
  for (auto const what : {cgroup_ability::cpu_limits, cgroup_ability::memory_limits}) {
    if (auto const& why = resources_->cgroups().why_not(what); !why.empty()) settings_.warn(why);
  }
  agent_ = std::make_unique<node_agent>(parts);
}

result<void, diagnostics> cluster_in_process::start_api() {
  cluster_backend& backend = *this;
  api_ = std::make_unique<api_server>(executor_, store_, backend,
                                      api_server::settings{token_, "127.0.0.1", clock_seam::wall_now});
  certificate_ =
      net::make_certificate({.common_name = "holdfast", .dns_names = {"localhost"}, .addresses = {"127.0.0.1"}});
  auto started = net::http_server::start(
      executor_, {asio::ip::address_v4::loopback(), settings_.api_port},
      [this](net::http_request const& request) { return api_->answer(request); }, {},
      net::http_server_certificate{certificate_.certificate, certificate_.key});
  if (!started) {
    return diagnostics{{.file = "local cluster",
                        .field = "API server",
                        .value = fmt::format("127.0.0.1:{}", settings_.api_port),
                        .problem = "cannot listen: " + started.error().message(),
                        .fix = settings_.api_port == any_port ? "Raise the limit of open files (ulimit -n)."
                                                              : "Choose another port, or none for one that is free."}};
  }
  http_ = std::move(*started);
  return {};
}

std::map<std::string, ipv4_endpoint> cluster_in_process::ports_of(object_key const& service) const {
  std::map<std::string, ipv4_endpoint> ports;
  auto const found = routes_->routes().find(service);
  if (found == routes_->routes().end()) return ports;
  for (auto const& route : found->second) ports.emplace(route.name, route.at);
  return ports;
}

/// One step from the loop for all that changes until then.
void cluster_in_process::mark() {
  if (is_stopping_ || std::exchange(is_marked_, true)) return;
  asio::post(executor_, [this] { step(); });
}

void cluster_in_process::step() {
  is_marked_ = false;
  if (is_stopping_) return;
  auto const now = clock_.platform_at(clock_seam::now());
  auto due = plane_.step(now);
  agent_->observe();
  auto const routes_due = routes_->observe(now);
  faults_->observe();
  if (routes_due && (!due || *routes_due < *due)) due = routes_due;
  arm(due);
}

void cluster_in_process::arm(std::optional<time_point> due) {
  if (!due) {
    timer_.cancel();
    return;
  }
  timer_.expires_at(clock_.steady_at(*due));
  timer_.async_wait([this](boost::system::error_code ec) {
    if (!ec) step();
  });
}

void cluster_in_process::put(manifest const& each, diagnostics& problems) {
  auto object = each.object;
  if (each.kind->is_namespaced && namespace_of(object).empty()) object["metadata"]["namespace"] = "default";
  auto const& home = namespace_of(object);
  if (each.kind->is_namespaced && !store_.find(kinds::name_space, {"", home})) {
    (void)store_.create(kinds::name_space, {{"metadata", {{"name", home}}}});
  }
  auto const made = store_.create(*each.kind, std::move(object));
  if (!made) problems.push_back(refusal(each, made.error()));
}

result<void, diagnostics> cluster_in_process::create(manifest_set const& manifests) {
  diagnostics problems;
  auto const steps = creation_steps_of(manifests.objects);
  for (auto const* const each : steps.before_pods) put(*each, problems);
  step();
  for (auto const* const each : steps.others) put(*each, problems);
  if (!problems.empty()) return problems;
  return {};
}

asio::awaitable<void> cluster_in_process::end_pods() {
  constexpr std::chrono::seconds for_signals{3};
  constexpr std::chrono::milliseconds between_looks{10};
  agent_->end_all(std::chrono::seconds{0});
  auto const deadline = clock_seam::now() + for_signals;
  asio::steady_timer pause{executor_};
  while (!agent_->is_idle() && clock_seam::now() < deadline) {
    pause.expires_after(between_looks);
    co_await pause.async_wait(asio::use_awaitable);
  }
}

asio::awaitable<std::vector<std::string>> cluster_in_process::stop() {
  is_stopping_ = true;
  timer_.cancel();
  co_await end_pods();
  co_await http_->stop();
  faults_.reset();
  proxy_->stop();
  agent_.reset();
  processes_.reset();  // kills what has not ended by now
  co_return resources_->give_back();
}

}  // namespace

result<std::unique_ptr<local_cluster>, diagnostics> local_cluster::start(asio::any_io_executor const& executor,
                                                                         local_cluster_settings settings) {
  auto const base = settings.base.empty() ? run_folder::default_base() : settings.base;
  auto resources = run_resources::take(base, settings.warn);
  if (!resources) return resources.error();
  auto cluster = std::make_unique<cluster_in_process>(executor, std::move(settings), std::move(*resources));
  if (auto const begun = cluster->begin(); !begun) return begun.error();
  return std::unique_ptr<local_cluster>{std::move(cluster)};
}

}  // namespace holdfast::cluster
