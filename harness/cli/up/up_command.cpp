#include "cli/up/up_command.hpp"

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <string>
#include <utility>

#include <CLI/CLI.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include "cli/standard_streams.hpp"
#include "cli/up/cluster_watch.hpp"
#include "cli/up/connection_file.hpp"
#include "cli/up/line_output.hpp"
#include "cli/up/up_options.hpp"
#include "cluster/local/local_cluster.hpp"
#include "cluster/node/file_descriptor.hpp"
#include "core/exit_code.hpp"
#include "core/units.hpp"

namespace holdfast::cli {
namespace {

namespace asio = boost::asio;

constexpr char const* footer = R"(Examples:
  holdfast up reference-services/bookshop/kubernetes --kubeconfig /tmp/shop.conf
  kubectl --kubeconfig /tmp/shop.conf get pods -w

Pods are processes of this machine, each with an address of its own; Services have addresses too. How this differs from
a real cluster: harness/docs/local-cluster.md. It ends with Ctrl-C, and leaves nothing behind.)";

int report(diagnostics const& problems, exit_code code) {
  write_error_stream(to_string(problems));
  return static_cast<int>(code);
}

diagnostic cannot_write(std::string_view option, std::filesystem::path const& path) {
  return {.file = "command line",
          .field = std::string{option},
          .value = path.string(),
          .problem = "cannot write there",
          .fix = "Choose a file in a folder that exists and that you may write to."};
}

/// For its owner alone: it holds the token. Whoever waits for the file finds it whole.
bool write_secret(std::filesystem::path const& path, std::string const& text) {
  auto const unfinished = path.string() + ".new";
  ::unlink(unfinished.c_str());
  cluster::file_descriptor const file{::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
  if (!file) return false;
  bool const is_written = ::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
  if (is_written && ::rename(unfinished.c_str(), path.c_str()) == 0) return true;
  ::unlink(unfinished.c_str());
  return false;
}

/// Containers, probes, logs and connections need many.
void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

/// The cluster, what is told of it, and what ends it.
class up_run {
 public:
  explicit up_run(up_options options)
      : options_{std::move(options)},
        start_{clock_seam::now()},
        watch_{start_},
        connections_{options_.connections, start_},
        signals_{context_, SIGINT, SIGTERM} {}

  int run();

 private:
  bool begin();
  void announce();
  void follow();
  void mark();
  void wait_for_signal();
  void end();
  asio::awaitable<void> stop();
  void tell_cost();
  void say(std::string const& line) {
    if (!options_.quiet) output_.say(line);
  }

  up_options options_;
  time_point start_;
  cluster_watch watch_;
  connection_file connections_;
  asio::io_context context_{1};
  line_output output_{context_.get_executor(), STDOUT_FILENO};
  asio::signal_set signals_;
  std::unique_ptr<cluster::local_cluster> cluster_;
  std::uint64_t version_ = 0;
  std::uint64_t subscription_ = 0;
  bool is_marked_ = false;
  bool is_ending_ = false;
  exit_code code_ = exit_code::pass;
};

bool up_run::begin() {
  cluster::local_cluster_settings settings{
      .images = options_.images,
      .time_scale = options_.time_scale,
      .claims = options_.data,
      .api_port = options_.api_port,
      .seed = options_.seed,
      .connections = &connections_,
      .warn = [](std::string const& what) { write_error_stream("note: " + what + ".\n"); }};
  auto started = cluster::local_cluster::start(context_.get_executor(), std::move(settings));
  if (!started) {
    report(started.error(), exit_code::could_not_run);
    return false;
  }
  cluster_ = std::move(*started);
  return true;
}

void up_run::announce() {
  say(fmt::format("local cluster on {}, API server {}{}", cluster_->network(), cluster_->api_address(),
                  options_.time_scale == 1
                      ? std::string{}
                      : fmt::format(", control loops {} times as fast as real", options_.time_scale)));
  if (!options_.kubeconfig.empty()) {
    say(fmt::format("kubectl --kubeconfig {} get pods", options_.kubeconfig.string()));
  }
}

void up_run::mark() {
  if (std::exchange(is_marked_, true)) return;
  asio::post(context_, [this] {
    is_marked_ = false;
    follow();
  });
}

void up_run::follow() {
  auto const now = clock_seam::now();
  for (;;) {
    auto const changes = cluster_->store().changes_after(version_);
    if (!changes) {
      version_ = cluster_->store().version();  // too much at once to tell each
      return;
    }
    if (changes->empty()) break;
    for (auto const& change : *changes) {
      version_ = change.version;
      for (auto const& line : watch_.lines_of(change, now)) say(line);
    }
  }
  if (auto const line = watch_.readiness(now)) say(*line);
}

void up_run::wait_for_signal() {
  signals_.async_wait([this](boost::system::error_code ec, int) {
    if (!ec) end();
  });
}

/// The first signal ends in good order, the second at once: the kernel ends the containers then, and the guardian
/// removes what is left.
void up_run::end() {
  if (std::exchange(is_ending_, true)) std::_Exit(static_cast<int>(exit_code::interrupted));
  wait_for_signal();
  say(fmt::format("{:8.2f} s  ending", in_seconds(clock_seam::now() - start_)));
  tell_cost();
  cluster_->store().unsubscribe(subscription_);
  asio::co_spawn(context_, stop(), [this](std::exception_ptr const& failure) {
    signals_.cancel();
    context_.stop();
    if (failure) std::rethrow_exception(failure);
  });
}

asio::awaitable<void> up_run::stop() {
  auto const left = co_await cluster_->stop();
  for (auto const& each : left) write_error_stream("left behind: " + each + ".\n");
  if (!left.empty()) code_ = exit_code::could_not_run;
}

void up_run::tell_cost() {
  auto const cost = cluster_->proxy_cost();
  if (cost.accepted > 0) {
    say(fmt::format(
        "service proxy: {} connections, at most {} at once, {} failed; {} CPU a connection, {:.2f} % of a core",
        format_count(cost.accepted), format_count(cost.most_open), format_count(cost.failed),
        format_duration(cost.cpu / static_cast<std::int64_t>(cost.accepted)),
        100 * in_seconds(cost.cpu) / in_seconds(cost.running)));
  }
  if (connections_.lost() > 0) {
    write_error_stream(fmt::format("--connections: {} lines could not be written.\n", connections_.lost()));
    code_ = exit_code::could_not_run;
  }
}

int up_run::run() {
  raise_descriptor_limit();
  if (!options_.connections.empty() && !connections_.is_open()) {
    return report({cannot_write("--connections", options_.connections)}, exit_code::could_not_run);
  }
  if (!options_.quiet) write_error_stream(to_string(options_.manifests.notes));
  if (!begin()) return static_cast<int>(exit_code::could_not_run);
  wait_for_signal();
  bool is_begun = options_.kubeconfig.empty() || write_secret(options_.kubeconfig, cluster_->kubeconfig());
  if (!is_begun) {
    code_ =
        static_cast<exit_code>(report({cannot_write("--kubeconfig", options_.kubeconfig)}, exit_code::could_not_run));
  } else {
    announce();
    subscription_ = cluster_->store().subscribe([this] { mark(); });
    if (auto const created = cluster_->create(options_.manifests); !created) {
      code_ = static_cast<exit_code>(report(created.error(), exit_code::invalid_input));
      is_begun = false;
    }
  }
  if (!is_begun) end();
  context_.run();
  constexpr std::chrono::milliseconds for_last_lines{500};
  output_.finish(for_last_lines);
  return static_cast<int>(code_);
}

void add_options(CLI::App& app, up_texts& into) {
  app.add_option("paths", into.paths, "folders and files with manifests (YAML or JSON)")->type_name("DIR");
  app.add_option("--kubeconfig", into.kubeconfig, "writes a kubeconfig for this cluster there")->type_name("FILE");
  app.add_option("--images", into.images,
                 "which program stands for which image: \"NAME = PROGRAM ARGUMENTS...\" a line")
      ->type_name("FILE");
  app.add_option("--data", into.data, "keeps the data of PersistentVolumeClaims there (else it goes with the run)")
      ->type_name("DIR");
  app.add_option("--time-scale", into.time_scale,
                 "runs control loops, probes' periods and back-offs so many times faster (1)")
      ->type_name("K");
  app.add_option("--api-port", into.api_port, "of the API server on 127.0.0.1 (one that is free)")->type_name("PORT");
  app.add_option("--connections", into.connections, "writes a line of JSON there for each connection to a Service")
      ->type_name("FILE");
  app.add_option("--seed", into.seed, "of everything random (1)")->type_name("N");
  app.add_flag("--quiet", into.quiet, "tells problems only");
}

std::string program_folder() {
  std::error_code ec;
  return std::filesystem::read_symlink("/proc/self/exe", ec).parent_path().string();
}

}  // namespace

int run_up(int argc, char const* const* argv) {
  CLI::App app{"Runs a system from its Kubernetes manifests on this machine, with processes as pods.", "holdfast up"};
  app.footer(footer);
  up_texts texts;
  add_options(app, texts);
  try {
    app.parse(argc, argv);
  } catch (CLI::CallForHelp const&) {
    return static_cast<int>(write_output_stream(app.help()) ? exit_code::pass : exit_code::could_not_run);
  } catch (CLI::ParseError const& wrong) {
    return report({{.file = "command line", .problem = wrong.what(), .fix = "See holdfast up --help."}},
                  exit_code::invalid_input);
  }
  auto options = read_up_options(texts, program_folder());
  if (!options) return report(options.error(), exit_code::invalid_input);
  return up_run{std::move(*options)}.run();
}

}  // namespace holdfast::cli
