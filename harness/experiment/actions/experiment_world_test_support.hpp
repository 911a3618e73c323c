#pragma once

#include <csignal>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "cluster/node/node_test_support.hpp"
#include "cluster/node/process_finder.hpp"
#include "core/timeline_file.hpp"
#include "experiment/actions/action_schedule.hpp"
#include "experiment/observers/cluster_observer.hpp"
#include "experiment/observers/connection_observer.hpp"
#include "experiment/timeline_test_support.hpp"
#include "experiment/timeline_writer.hpp"

namespace holdfast::experiment {

/// A cluster whose pods do nothing, with a Deployment "book" of two and its Service, and all that observes it. Its
/// control loops run ten times as fast.
class experiment_world : public ::testing::Test {
 protected:
  void SetUp() override {
    timeline_.listen([this](timeline_event const& event) { told_.push_back(event); });
    timeline_.listen([this](timeline_event const& event) { conditions_.note(event); });
    auto started = cluster::local_cluster::start(
        context_.get_executor(), {.time_scale = 10,
                                  .base = folder_.root() / "runs",
                                  .seed = static_cast<std::uint64_t>(::getpid()),  // other tests run beside this one
                                  .connections = &connections_,
                                  .on_fault = [this](cluster::fault_report const& report) { by_->note(report); }});
    ASSERT_TRUE(started) << to_string(started.error());
    cluster_ = *std::move(started);
    observer_ = std::make_unique<cluster_observer>(context_.get_executor(), cluster_->store(), timeline_);
    by_ = std::make_unique<action_executor>(
        *cluster_, timeline_, [this](cluster::object_key const& pod) { return observer_->objects().owner_of(pod); });
    auto const made = cluster_->create(book());
    ASSERT_TRUE(made) << to_string(made.error());
    ASSERT_TRUE(comes("rollout book complete"));
  }
  void TearDown() override {
    by_.reset();
    if (!cluster_) return;
    bool has_stopped = false;
    boost::asio::co_spawn(context_, cluster_->stop(),
                          [&](std::exception_ptr const&, std::vector<std::string> const& left) {
                            EXPECT_THAT(left, ::testing::IsEmpty());
                            has_stopped = true;
                          });
    EXPECT_TRUE(runs_until([&] { return has_stopped; }));
    observer_.reset();
    cluster_.reset();
  }

  static cluster::manifest_set manifests(std::string const& text) {
    std::vector<cluster::source_text> const sources{{"test.yaml", text}};
    auto read = cluster::check_manifests(sources);
    EXPECT_TRUE(read) << to_string(read.error());
    return read ? *std::move(read) : cluster::manifest_set{};
  }
  static cluster::manifest_set book() {
    return manifests(R"(
apiVersion: apps/v1
kind: Deployment
metadata: { name: book }
spec:
  replicas: 2
  selector: { matchLabels: { app: book } }
  template:
    metadata: { labels: { app: book } }
    spec:
      terminationGracePeriodSeconds: 1
      containers:
        - { name: main, image: "shop/book:v1", command: [sleep, "1000"], ports: [{ containerPort: 8080 }] }
---
apiVersion: v1
kind: Service
metadata: { name: book }
spec: { selector: { app: book }, ports: [{ port: 80, targetPort: 8080 }] }
)");
  }

  bool runs_until(std::function<bool()> const& condition) {
    return cluster::testing::runs_until(context_, condition, std::chrono::seconds{40});
  }
  using event_predicate = std::function<bool(timeline_event const&)>;

  /// Whether such an event is told after those that earlier calls waited for. Of pods any will do.
  ::testing::AssertionResult comes(
      std::string const& text, event_predicate const& is_it = [](timeline_event const&) { return true; }) {
    auto const is_there = [&] {
      while (looked_at_ < told_.size()) {
        auto const& event = told_[looked_at_++];
        bool const is_pod = event.kind == timeline_kinds::pod;
        if ((is_pod ? event.kind + ' ' + event.what : short_text(event)) == text && is_it(event)) return true;
      }
      return false;
    };
    auto const from = looked_at_;
    if (runs_until(is_there)) return ::testing::AssertionSuccess();
    std::string all;
    for (auto i = from; i < told_.size(); ++i) all += to_line(told_[i]) + '\n';
    return ::testing::AssertionFailure() << text << " did not come:\n" << all;
  }
  timeline_event const& last() const { return told_[looked_at_ - 1]; }
  std::vector<timeline_event> told_of(std::string const& kind, std::string const& subject) const {
    std::vector<timeline_event> found;
    for (auto const& each : told_) {
      if (each.kind == kind && each.subject == subject) found.push_back(each);
    }
    return found;
  }

  action_executor::undo_function does(std::string const& name, action_kind const& kind) {
    auto const done = by_->carry_out(name, kind, 1);
    EXPECT_TRUE(done) << done.error();
    return done ? *done : action_executor::undo_function{};
  }
  std::string refusal(action_kind const& kind) {
    auto const done = by_->carry_out("wrong", kind, 1);
    return done ? "it was done" : done.error();
  }
  /// One letter for each process of the pods of "book".
  std::string process_states() const {
    std::string states;
    for (auto const& pod : cluster_->store().list(cluster::kinds::pod)) {
      auto const& statuses = cluster::member(*pod, "status", "containerStatuses");
      if (!statuses.is_array() || statuses.empty()) continue;
      auto const id = cluster::text_at(statuses[0], "containerID").substr(std::string{"holdfast://"}.size());
      for (auto const pid : cluster::processes_with(cluster::container_marker, id)) {
        if (auto const facts = cluster::facts_of(pid)) states += facts->state;
      }
    }
    return states;
  }

  cluster::testing::temporary_folder folder_;
  boost::asio::io_context context_;
  timeline timeline_{clock_seam::now()};
  std::vector<timeline_event> told_;
  std::size_t looked_at_ = 0;
  condition_board conditions_{context_.get_executor()};
  connection_observer connections_{context_.get_executor(), timeline_};
  std::unique_ptr<cluster::local_cluster> cluster_;
  std::unique_ptr<cluster_observer> observer_;
  std::unique_ptr<action_executor> by_;
};

}  // namespace holdfast::experiment
