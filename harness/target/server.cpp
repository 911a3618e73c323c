#include "target/server.hpp"

#include <future>
#include <optional>
#include <thread>
#include <utility>

#include <boost/asio/post.hpp>
#include <fmt/format.h>
#include <pthread.h>
#include <sched.h>
#include <unistd.h>

#include "target/tls_setup.hpp"
#include "target/worker.hpp"

namespace holdfast::target {
namespace {

diagnostic cannot_listen(listen_address const& at, boost::system::error_code ec) {
  return {.file = "command line",
          .field = at.is_unix() ? "--unix" : "--listen",
          .value = at.is_unix() ? at.unix_path : to_url(at, "http"),
          .problem = fmt::format("cannot listen there: {}", ec.message()),
          .fix = "Choose another address, or port 0 for any that is free."};
}

/// One listener for each address; with the real port of an address where the system chose it.
result<std::vector<listener>, diagnostics> open_all(std::vector<listen_address> const& addresses) {
  std::vector<listener> open;
  diagnostics problems;
  for (auto const& at : addresses) {
    auto made = listener::open(at);
    if (made) {
      open.push_back(std::move(*made));
    } else {
      problems.push_back(cannot_listen(at, made.error()));
    }
  }
  if (!problems.empty()) return problems;
  return open;
}

/// More listeners on the same places, for another thread: a socket of its own for TCP, so that the kernel spreads the
/// connections; the same one for a unix path.
result<std::vector<listener>, diagnostics> open_again(std::vector<listener> const& first) {
  std::vector<listener> open;
  for (auto const& l : first) {
    auto made = l.at().is_unix() ? l.duplicate() : listener::open(l.at());
    if (!made) return diagnostics{cannot_listen(l.at(), made.error())};
    open.push_back(std::move(*made));
  }
  return open;
}

/// The cores that the threads shall run on and may not.
diagnostics check_cores(server_options const& options) {
  diagnostics problems;
  if (!options.first_cpu) return problems;
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  ::sched_getaffinity(0, sizeof allowed, &allowed);
  for (std::size_t i = 0; i < options.threads; ++i) {
    auto const cpu = *options.first_cpu + i;
    if (cpu < CPU_SETSIZE && CPU_ISSET(cpu, &allowed)) continue;
    problems.push_back({.file = "command line",
                        .field = "--cpu",
                        .value = std::to_string(cpu),
                        .problem = "this process may not run on that core",
                        .fix = "Choose a core that `taskset -p $$` shows, or leave the option out."});
  }
  return problems;
}

void append(diagnostics& all, diagnostics const& more) { all.insert(all.end(), more.begin(), more.end()); }

void pin_to(std::size_t cpu) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(cpu, &set);
  ::pthread_setaffinity_np(::pthread_self(), sizeof set, &set);  // check_cores() has seen that it may
}

/// The truth of a worker that runs.
truth_log ask(worker& w) {
  std::promise<truth_log> told;
  boost::asio::post(w.context(), [&] { told.set_value(w.truth()); });
  return told.get_future().get();
}

}  // namespace

struct server::threads {
  explicit threads(server_options options)
      : state{.options = std::move(options),
              .ordinary = default_answer{state.options.answer},
              .start = clock_seam::now()} {}

  server_state state;
  std::vector<std::thread> running;
};

server::server() = default;

server::~server() { stop(); }

result<std::unique_ptr<server>, diagnostics> server::start(server_options options) {
  diagnostics problems;
  auto contexts = make_tls_contexts(options);
  if (!contexts) problems = contexts.error();
  append(problems, check_cores(options));
  auto first = open_all(options.listen);
  if (!first) append(problems, first.error());
  if (!problems.empty()) return problems;
  std::unique_ptr<server> made{new server};
  for (auto const& l : *first) made->addresses_.push_back(l.at());
  if (options.tls) made->scheme_ = "https";
  made->threads_ = std::make_unique<threads>(std::move(options));
  auto& state = made->threads_->state;
  for (unsigned i = 1; i < state.options.threads; ++i) {
    auto more = open_again(*first);
    if (!more) return more.error();
    state.workers.push_back(std::make_unique<worker>(state, i, std::move(*more), std::move((*contexts)[i])));
  }
  state.workers.push_back(std::make_unique<worker>(state, 0, std::move(*first), std::move(contexts->front())));
  for (unsigned i = 0; i < state.workers.size(); ++i) {
    made->threads_->running.emplace_back([&state, i] {
      if (state.options.first_cpu) pin_to(std::size_t{*state.options.first_cpu} + i);
      state.workers[i]->run();
    });
  }
  return made;
}

std::string server::url() const { return url_of(addresses_.front()); }

std::string server::url_of(listen_address const& at) const { return to_url(at, scheme_); }

void server::stop() {
  if (!threads_ || threads_->running.empty()) return;
  for (auto const& w : threads_->state.workers) boost::asio::post(w->context(), [&w] { w->stop(); });
  for (auto& t : threads_->running) t.join();
  threads_->running.clear();
  for (auto const& at : addresses_) {
    if (at.is_unix()) ::unlink(at.unix_path.c_str());
  }
}

truth_log server::truth() {
  std::optional<truth_log> sum;
  for (auto const& w : threads_->state.workers) {
    auto part = threads_->running.empty() ? w->truth() : ask(*w);
    if (sum) {
      sum->merge(part);
    } else {
      sum = std::move(part);
    }
  }
  return std::move(*sum);
}

}  // namespace holdfast::target
