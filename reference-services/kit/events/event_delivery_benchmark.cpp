// Time from append to the handler in another process, and from commit to it through the outbox.
#include <algorithm>
#include <atomic>
#include <new>

#include <benchmark/benchmark.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kit/events/events_test_support.hpp"

namespace holdfast::kit {
namespace {

constexpr std::size_t most = 100'000;

/// When the handler saw each number; in memory that both processes share.
struct arrivals {
  std::atomic<bool> ready = false;
  std::atomic<std::int64_t> at[most];
};

std::int64_t now_ns() { return nanoseconds{clock_seam::now().time_since_epoch()}.count(); }

[[noreturn]] void receive(std::string const& folder, arrivals& seen) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  boost::asio::io_context io{1};
  event_node node{io, folder + "/sink", folder + "/log", "sink"};
  node.reading().on("Added", [&](transaction& in, event const& read) {
    leave_effect("sink")(in, read);
    auto const number = static_cast<std::size_t>(*read.integer("number"));
    seen.at[number] = now_ns();
    seen.ready = true;
  });
  node.consume();
  io.run();
  _exit(0);
}

/// A process that receives. Made before this one has threads.
class receiver {
 public:
  receiver() {
    auto* const memory = mmap(nullptr, sizeof(arrivals), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    seen_ = new (memory) arrivals;
    pid_ = fork();
    if (pid_ == 0) receive(folder_.path(), *seen_);
  }
  receiver(receiver const&) = delete;
  receiver& operator=(receiver const&) = delete;
  ~receiver() {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    munmap(seen_, sizeof(arrivals));
  }
  std::string const& folder() const { return folder_.path(); }
  arrivals& seen() { return *seen_; }

 private:
  scratch_folder folder_;
  arrivals* seen_ = nullptr;
  pid_t pid_ = -1;
};

template <class Send>
void measure(benchmark::State& state, receiver& to, boost::asio::io_context& io, Send send) {
  std::vector<std::int64_t> latencies;
  send(0);
  if (!eventually(io, [&] { return to.seen().ready.load(); })) return state.SkipWithError("nothing arrives");
  std::size_t number = 1;
  for (auto _ : state) {
    if (number == most) return state.SkipWithError("too many");
    auto const sent = now_ns();
    send(static_cast<std::int64_t>(number));
    auto& arrived = to.seen().at[number++];
    if (!eventually(io, [&] { return arrived != 0; })) return state.SkipWithError("lost");
    latencies.push_back(arrived - sent);
    state.SetIterationTime(static_cast<double>(latencies.back()) / 1e9);
  }
  std::sort(latencies.begin(), latencies.end());
  auto const at = [&](double q) {
    return static_cast<double>(latencies[static_cast<std::size_t>(q * static_cast<double>(latencies.size() - 1))]) /
           1e3;
  };
  state.counters["p50_us"] = at(0.5);
  state.counters["p99_us"] = at(0.99);
  state.counters["max_us"] = at(1);
}

void append_to_handler(benchmark::State& state) {
  receiver to;
  boost::asio::io_context io{1};
  event_node node{io, to.folder() + "/source", to.folder() + "/log", "source"};
  measure(state, to, io, [&](std::int64_t number) { node.append({added("a", number)}); });
}
BENCHMARK(append_to_handler)->UseManualTime()->Iterations(2000)->Unit(benchmark::kMicrosecond);

void commit_to_handler(benchmark::State& state) {
  receiver to;
  boost::asio::io_context io{1};
  event_node node{io, to.folder() + "/source", to.folder() + "/log", "source"};
  node.relay();
  measure(state, to, io, [&](std::int64_t number) { node.publish({added("a", number)}); });
}
BENCHMARK(commit_to_handler)->UseManualTime()->Iterations(2000)->Unit(benchmark::kMicrosecond);

void append_batches(benchmark::State& state) {
  scratch_folder folder;
  boost::asio::io_context io{1};
  auto const log = open_sqlite_event_log(io.get_executor(), {.folder = folder.path()});
  std::vector<outgoing_record> records;
  for (int n = 0; n < state.range(0); ++n) records.push_back(added(std::to_string(n), n));
  for (auto _ : state) {
    if (!finish_on(io, log->append(records))) return state.SkipWithError("the log refused");
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(append_batches)->Arg(1)->Arg(16)->Arg(256)->UseRealTime()->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace holdfast::kit
