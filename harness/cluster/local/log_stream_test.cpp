#include "cluster/local/log_stream.hpp"

#include <future>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cluster/node/node_test_support.hpp"

namespace holdfast::cluster {
namespace {

namespace asio = boost::asio;

wall_time log_second(int n) { return wall_time{} + std::chrono::seconds{1'700'000'000 + n}; }

class LogStream : public ::testing::Test {
 protected:
  /// All of a pod's containers have a log of their own, but for "new".
  LogStream() {
    for (auto const* const name : {"main", "side", "setup"}) {
      logs.emplace(name, container_log{folder.root() / name, {}});
    }
  }
  ~LogStream() override {
    signal.emit(asio::cancellation_type::terminal);
    poll();
  }

  std::shared_ptr<log_file> begin(std::string const& name, unsigned restart = 0) {
    return *logs.at(name).begin_instance(restart);
  }
  static void write(log_file& log, std::string const& text, int at = 0) {
    log.append(log_stamp(log_second(at)) + " stdout F " + text + '\n');
  }
  api_result<std::unique_ptr<net::http_stream>> open(log_request const& request) {
    return open_log(
        io.get_executor(), pod,
        [this](std::string_view name) {
          auto const found = logs.find(std::string{name});
          return found == logs.end() ? nullptr : &found->second;
        },
        request);
  }
  std::string refusal(log_request const& request) {
    auto const opened = open(request);
    if (opened) return "opened";
    EXPECT_EQ(opened.error().code, 400);
    EXPECT_EQ(opened.error().reason, "BadRequest");
    return opened.error().message;
  }
  std::string all_of(log_request const& request) {
    auto opened = open(request);
    if (!opened) return opened.error().message;
    stream = std::move(*opened);
    std::string text;
    for (auto piece = told(); piece != "(end)" && piece != "(waits)"; piece = told()) text += piece;
    return text;
  }
  void poll() {
    io.restart();
    io.poll();
  }
  /// The next piece without waiting; "(waits)", "(end)".
  std::string told() {
    if (!is_pending) {
      is_pending = true;
      asio::co_spawn(io, stream->next(),
                     asio::bind_cancellation_slot(signal.slot(),
                                                  [this](std::exception_ptr failure, std::optional<std::string> piece) {
                                                    is_pending = false;
                                                    last = failure ? "(failed)" : piece.value_or("(end)");
                                                  }));
    }
    poll();
    return is_pending ? "(waits)" : last;
  }

  asio::io_context io;
  testing::temporary_folder folder;
  std::map<std::string, container_log> logs;
  json pod = json::parse(R"({"metadata": {"name": "book-1", "namespace": "shop"},
      "spec": {"containers": [{"name": "main"}, {"name": "side"}, {"name": "new"}],
               "initContainers": [{"name": "setup"}]}, "status": {}})");
  std::unique_ptr<net::http_stream> stream;
  asio::cancellation_signal signal;
  bool is_pending = false;
  std::string last;
};

TEST_F(LogStream, GivesWhatIsThereAndEnds) {
  auto const log = begin("main");
  for (int i = 0; i < 4; ++i) write(*log, "line " + std::to_string(i), i);
  EXPECT_EQ(all_of({.container = "main"}), "line 0\nline 1\nline 2\nline 3\n");
  EXPECT_EQ(told(), "(end)");
  EXPECT_EQ(all_of({.container = "main", .tail_lines = 1}), "line 3\n");
  EXPECT_EQ(all_of({.container = "main", .limit_bytes = 10}), "line 0\nlin");
  EXPECT_EQ(all_of({.container = "main", .since = log_second(2)}), "line 2\nline 3\n");
  EXPECT_EQ(all_of({.container = "main", .timestamps = true, .tail_lines = 1}),
            "2023-11-14T22:13:23.000000000Z line 3\n");
}

TEST_F(LogStream, AFollowerWaitsForMoreAndForTheEnd) {
  auto const log = begin("main");
  write(*log, "early");
  EXPECT_EQ(all_of({.container = "main", .follow = true}), "early\n");
  EXPECT_EQ(told(), "(waits)");
  write(*log, "late");
  EXPECT_EQ(told(), "late\n");
  EXPECT_EQ(told(), "(waits)");
  log->finish();
  EXPECT_EQ(told(), "(end)");
  EXPECT_EQ(told(), "(end)");
}

TEST_F(LogStream, AFollowerStaysWithItsInstance) {
  auto const first = begin("main");
  EXPECT_EQ(all_of({.container = "main", .follow = true}), "");
  auto const second = begin("main", 1);
  write(*second, "of the second");
  EXPECT_EQ(told(), "(waits)");
  write(*first, "last words");
  first->finish();
  EXPECT_EQ(told(), "last words\n");
  EXPECT_EQ(told(), "(end)");
}

TEST_F(LogStream, ACancelledFollowerEnds) {
  begin("main");
  EXPECT_EQ(all_of({.container = "main", .follow = true}), "");
  EXPECT_EQ(told(), "(waits)");
  signal.emit(asio::cancellation_type::terminal);
  EXPECT_EQ(told(), "(end)");
}

TEST_F(LogStream, ALongWayToWhatIsWantedLetsOthersHaveATurn) {
  auto const log = begin("main");
  std::string records;
  for (int i = 0; i < 20'000; ++i) records += log_stamp(log_second(0)) + " stdout F old\n";
  log->append(records);
  write(*log, "new", 5);
  stream = std::move(*open({.container = "main", .since = log_second(5)}));
  bool had_a_turn = false;
  asio::co_spawn(io, stream->next(), [&](std::exception_ptr, std::optional<std::string> piece) {
    EXPECT_TRUE(had_a_turn);
    last = piece.value_or("(end)");
  });
  asio::post(io, [&] { had_a_turn = true; });
  poll();
  EXPECT_EQ(last, "new\n");
}

TEST_F(LogStream, AContainerMustBeNamedWhereThereAreSeveral) {
  EXPECT_EQ(refusal({}),
            "a container name must be specified for pod book-1, choose one of: [main side new] or one of the init "
            "containers: [setup]");
  EXPECT_EQ(refusal({.container = "x"}), "container x is not valid for pod book-1");
  write(*begin("setup"), "ready");
  EXPECT_EQ(all_of({.container = "setup"}), "ready\n");
  pod["spec"]["containers"] = json::parse(R"([{"name": "main"}])");
  write(*begin("main"), "only one");
  EXPECT_EQ(all_of({}), "only one\n");
}

TEST_F(LogStream, AContainerThatHasNotBegunSaysWhyItWaits) {
  EXPECT_EQ(refusal({.container = "new"}),
            "container \"new\" in pod \"book-1\" is waiting to start: ContainerCreating");
  EXPECT_EQ(refusal({.container = "main"}),
            "container \"main\" in pod \"book-1\" is waiting to start: ContainerCreating");
  for (auto const& [reason, text] :
       std::map<std::string, std::string>{{"ErrImagePull", "image can't be pulled"},
                                          {"ImagePullBackOff", "trying and failing to pull image"},
                                          {"CreateContainerConfigError", "CreateContainerConfigError"},
                                          {"PodInitializing", "PodInitializing"}}) {
    pod["status"]["containerStatuses"] =
        json::array({{{"name", "main"}, {"state", {{"waiting", {{"reason", reason}}}}}}});
    EXPECT_EQ(refusal({.container = "main"}), "container \"main\" in pod \"book-1\" is waiting to start: " + text);
  }
}

TEST_F(LogStream, ThePreviousInstanceIsTheOneBeforeThePresentOne) {
  auto const missing = "previous terminated container \"main\" in pod \"book-1\" not found";
  EXPECT_EQ(refusal({.container = "main", .previous = true}), missing);
  auto const first = begin("main");
  write(*first, "first");
  EXPECT_EQ(refusal({.container = "main", .previous = true}), missing);
  first->finish();
  pod["status"]["containerStatuses"] =
      json::parse(R"([{"name": "main", "state": {"waiting": {"reason": "CrashLoopBackOff"}}}])");
  EXPECT_EQ(all_of({.container = "main", .previous = true}), "first\n") << "it waits for its next one";
  EXPECT_EQ(all_of({.container = "main"}), "first\n");
  auto const second = begin("main", 1);
  write(*second, "second");
  pod["status"]["containerStatuses"] = json::parse(R"([{"name": "main", "state": {"running": {}}}])");
  EXPECT_EQ(all_of({.container = "main", .previous = true}), "first\n");
  EXPECT_EQ(all_of({.container = "main"}), "second\n");
}

}  // namespace
}  // namespace holdfast::cluster
