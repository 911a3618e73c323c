#pragma once

#include <memory>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

#include "cluster/agent/node_agent.hpp"
#include "cluster/node/node_test_support.hpp"
#include "cluster/objects/admission.hpp"

namespace holdfast::cluster {

/// A node with real processes and a clock that runs twenty times as fast, in the namespace "shop". Pods are created as
/// the scheduler leaves them.
class agent_fixture : public ::testing::Test {
 protected:
  using condition_function = std::function<bool()>;

  agent_fixture() {
    (void)store_.create(kinds::name_space, json{{"metadata", {{"name", "shop"}}}});
    agent_ = std::make_unique<node_agent>(parts_);
    store_.subscribe([this] {
      if (!std::exchange(is_marked_, true)) boost::asio::post(context_, [this] { observe(); });
    });
  }
  ~agent_fixture() override { agent_.reset(); }

  void observe() {
    is_marked_ = false;
    agent_->observe();
  }

  /// @param spec  a JSON merge patch of the pod's spec
  object_ptr create_pod(std::string const& name, json const& container, json const& spec = json::object()) {
    json first{{"name", "main"}, {"image", "any"}};
    first.merge_patch(container);
    json pod{
        {"metadata", {{"namespace", "shop"}, {"name", name}, {"labels", {{"app", name}}}}},
        {"spec", {{"containers", json::array({first})}, {"nodeName", "local"}, {"terminationGracePeriodSeconds", 20}}}};
    pod["spec"].merge_patch(spec);
    auto const created = store_.create(kinds::pod, pod);
    if (!created) throw std::runtime_error{created.error().message};
    return *created;
  }
  static json sh(std::string const& script) { return {{"command", {"sh", "-c", script}}}; }

  json pod(std::string const& name) const {
    auto const found = store_.find(kinds::pod, {"shop", name});
    return found ? *found : json{};
  }
  json container(std::string const& name) const {
    auto const object = pod(name);
    auto const& statuses = member(object, "status", "containerStatuses");
    return statuses.is_array() && !statuses.empty() ? statuses.front() : json{};
  }
  bool is_ready(std::string const& name) const { return member(container(name), "ready") == true; }
  bool is_running(std::string const& name) const { return !member(container(name), "state", "running").is_null(); }
  std::string waiting(std::string const& name) const { return text_at(container(name), "state", "waiting", "reason"); }
  std::int64_t restarts(std::string const& name) const { return integer_at(container(name), 0, "restartCount"); }
  std::string phase(std::string const& name) const { return text_at(pod(name), "status", "phase"); }
  bool is_gone(std::string const& name) const { return !store_.find(kinds::pod, {"shop", name}); }

  /// Messages of all Events with that reason.
  std::vector<std::string> events(std::string const& reason) const {
    std::vector<std::string> found;
    for (auto const& event : store_.list(kinds::event)) {
      if (text_at(*event, "reason") == reason) found.push_back(text_at(*event, "message"));
    }
    return found;
  }
  ::testing::AssertionResult comes(condition_function const& condition) {
    if (testing::runs_until(context_, condition)) return ::testing::AssertionSuccess();
    std::string all;
    for (auto const& each : store_.list(kinds::pod)) all += each->dump(1) + '\n';
    for (auto const& each : store_.list(kinds::event)) {
      all += text_at(*each, "reason") + ": " + text_at(*each, "message") + '\n';
    }
    return ::testing::AssertionFailure() << all;
  }

  boost::asio::io_context context_;
  testing::temporary_folder folder_;
  cluster_clock clock_{{.steady = clock_seam::now(), .wall = clock_seam::wall_now()}, 20};
  object_store store_{{.now = clock_seam::wall_now, .admit = admit}};
  event_recorder recorder_{store_, clock_};
  process_runtime processes_{context_.get_executor(), "agent-test-" + std::to_string(::getpid())};
  handler_runner probes_{context_.get_executor(), processes_};
  handler_runner hooks_{context_.get_executor(), processes_, "kube-lifecycle/1.34"};
  address_pool addresses_ = *address_pool::claim(static_cast<std::uint64_t>(::getpid()));
  volume_folders volumes_{folder_.root() / "pods", folder_.root() / "claims"};
  image_map images_;
  random_engine random_{1};
  agent_parts parts_{.executor = context_.get_executor(),
                     .store = store_,
                     .events = recorder_,
                     .clock = clock_,
                     .processes = processes_,
                     .probes = probes_,
                     .hooks = hooks_,
                     .addresses = addresses_,
                     .volumes = volumes_,
                     .images = images_,
                     .random = random_,
                     .logs = folder_.root() / "logs"};
  std::unique_ptr<node_agent> agent_;
  bool is_marked_ = false;
};

}  // namespace holdfast::cluster
