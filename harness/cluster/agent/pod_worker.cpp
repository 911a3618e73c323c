#include "cluster/agent/pod_worker.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include "cluster/agent/hosts_file.hpp"
#include "cluster/control/start_obstacle.hpp"
#include "cluster/controllers/object_writes.hpp"

namespace holdfast::cluster {
namespace {

/// Whether a pod is to be looked at again: all but its status.
bool differs_beside_status(json const& a, json const& b) {
  constexpr std::array parts{"labels", "annotations", "deletionTimestamp", "deletionGracePeriodSeconds"};
  auto const differs = [&](char const* part) { return member(a, "metadata", part) != member(b, "metadata", part); };
  return std::ranges::any_of(parts, differs) || member(a, "spec") != member(b, "spec");
}

}  // namespace

pod_worker::pod_worker(agent_parts const& parts, volume_links& links, object_ptr pod, std::function<void()> on_done)
    : pod_{.parts = parts, .links = links, .object = std::move(pod), .restarts = crash_loop_backoff{parts.restarts}},
      on_done_{std::move(on_done)},
      start_time_{parts.now()},
      timer_{parts.executor},
      self_{std::make_shared<pod_worker*>(this)} {
  pod_.changed = [this] { mark(); };
  pod_.is_deleted = is_terminating(*pod_.object);
  build();
  mark();
}

void pod_worker::build() {
  pod_.spec = pod_spec_of(*pod_.object, pod_.address);
  pod_.volumes = std::make_unique<pod_volumes>(pod_.object, pod_.address, pod_.parts.store, pod_.parts.volumes);
  init_.clear();
  containers_.clear();
  for (auto const& each : pod_.spec.init_containers) {
    init_.push_back(std::make_unique<container_runner>(pod_, each, container_runner::role::init));
  }
  for (auto const& each : pod_.spec.containers) {
    containers_.push_back(std::make_unique<container_runner>(pod_, each, container_runner::role::main));
  }
}

/// A sync from the loop, once for all that happens until then.
void pod_worker::mark() {
  if (std::exchange(is_marked_, true)) return;
  boost::asio::post(pod_.parts.executor, [weak = std::weak_ptr{self_}] {
    if (auto const self = weak.lock()) (*self)->sync();
  });
}

void pod_worker::update(object_ptr pod) {
  auto const before = std::exchange(pod_.object, std::move(pod));
  if (!differs_beside_status(*before, *pod_.object)) return;
  pod_.is_deleted = is_terminating(*pod_.object);
  pod_.volumes = std::make_unique<pod_volumes>(pod_.object, pod_.address, pod_.parts.store, pod_.parts.volumes);
  if (has_volumes_ && !is_ending()) (void)pod_.volumes->prepare();  // labels in files; what is missing was there before
  apply_image_changes(*before);
  mark();
}

/// The one thing in a pod's containers that may be changed.
void pod_worker::apply_image_changes(json const& before) {
  if (member(before, "spec") == member(*pod_.object, "spec")) return;
  auto const spec = pod_spec_of(*pod_.object, pod_.address);
  auto const apply = [](runners const& to, std::vector<container_spec> const& from) {
    for (std::size_t i = 0; i < to.size() && i < from.size(); ++i) to[i]->change_image(from[i].image);
  };
  apply(init_, spec.init_containers);
  apply(containers_, spec.containers);
}

void pod_worker::remove(std::chrono::seconds grace) {
  end_grace_ = is_removed_ ? std::min(end_grace_, grace) : grace;
  is_removed_ = true;
  mark();
}

void pod_worker::services_changed(std::span<object_ptr const> services) {
  if (pod_.address.empty() || is_ending() || !pod_.parts.isolation || pod_.parts.hosts.empty()) return;
  auto const path = pod_.parts.hosts / pod_.spec.uid / "hosts";
  auto const written = write_hosts_file(path, hosts_text(*pod_.object, pod_.address, services));
  if (written) {
    pod_.hosts = path;
  } else {
    pod_.record(event_type::warning, "HostsNotWritten", written.error());
  }
}

void pod_worker::source_changed(resource_kind const& kind, std::string_view name) {
  if (is_ending() || !pod_.volumes->uses(kind, name)) return;
  if (has_volumes_) {
    (void)pod_.volumes->prepare();  // a source that is gone leaves its files as they are
  } else {
    next_try_.reset();
    mark();
  }
}

std::vector<running_container> pod_worker::running() const {
  std::vector<running_container> all;
  for (auto const* const group : {&init_, &containers_}) {
    for (auto const& each : *group) {
      if (auto running = each->running()) all.push_back(*std::move(running));
    }
  }
  return all;
}

std::size_t pod_worker::signal(int number) {
  std::size_t reached = 0;
  for (auto const* const group : {&init_, &containers_}) {
    for (auto const& each : *group) reached += each->signal(number);
  }
  return reached;
}

container_log const* pod_worker::log_of(std::string_view container) const {
  if (container.empty()) return containers_.empty() ? nullptr : &containers_.front()->log();
  for (auto const* const group : {&containers_, &init_}) {
    for (auto const& each : *group) {
      if (each->spec().name == container) return &each->log();
    }
  }
  return nullptr;
}

bool pod_worker::runs_something() const {
  auto const runs = [](auto const& each) { return each->is_running(); };
  return std::ranges::any_of(init_, runs) || std::ranges::any_of(containers_, runs);
}

void pod_worker::sync() {
  is_marked_ = false;
  if (is_done_) return;
  auto const now = pod_.parts.now();
  next_look_.reset();
  if (is_ending()) {
    end_containers();
  } else if (take_address(now) && prepare_volumes(now)) {
    run_containers(now);
  }
  publish(now);
  if (is_ending() && !runs_something()) return finish();
  arm();
}

bool pod_worker::take_address(time_point now) {
  if (!pod_.address.empty()) return true;
  if (next_try_ && now < *next_try_) {
    look_again_at(next_try_);
    return false;
  }
  auto const taken = pod_.parts.addresses.take_pod_address();
  if (!taken) {
    pod_.record(event_type::warning, "FailedCreatePodSandBox", taken.error());
    next_try_ = next_try_after_error(now, pod_.parts.random.uniform());
    look_again_at(next_try_);
    return false;
  }
  next_try_.reset();
  pod_.address = text_of(*taken);
  build();  // probes go to the address
  services_changed(pod_.parts.store.list(kinds::service));
  return true;
}

bool pod_worker::prepare_volumes(time_point now) {
  if (has_volumes_) return true;
  if (next_try_ && now < *next_try_) {
    look_again_at(next_try_);
    return false;
  }
  auto const prepared = pod_.volumes->prepare();
  has_volumes_ = prepared.has_value();
  if (has_volumes_) return true;
  auto const& obstacle = prepared.error();
  pod_.record(event_type::warning, std::string{obstacle.event_reason}, obstacle.why);
  wait_all({std::string{obstacle.waiting_reason}, ""});
  next_try_ = next_try_after_error(now, pod_.parts.random.uniform());
  look_again_at(next_try_);
  return false;
}

void pod_worker::wait_all(waiting_state const& why) {
  for (auto const& each : containers_) each->wait_for(why);
  for (auto const& each : init_) each->wait_for(why);
}

bool pod_worker::init_containers_are_done(time_point now) {
  for (auto const& each : init_) {
    if (each->has_succeeded()) continue;
    look_again_at(each->sync(now));
    return false;
  }
  return true;
}

void pod_worker::run_containers(time_point now) {
  if (!init_containers_are_done(now)) {
    for (auto const& each : containers_) each->wait_for({"PodInitializing", ""});
    return;
  }
  for (auto const& each : containers_) look_again_at(each->sync(now));
}

void pod_worker::look_again_at(std::optional<time_point> at) {
  if (at && (!next_look_ || *at < *next_look_)) next_look_ = at;
}

void pod_worker::arm() {
  if (!next_look_) {
    timer_.cancel();
    return;
  }
  timer_.expires_at(pod_.parts.clock.steady_at(*next_look_));
  timer_.async_wait([weak = std::weak_ptr{self_}](boost::system::error_code ec) {
    auto const self = weak.lock();
    if (self && !ec) (*self)->sync();
  });
}

void pod_worker::end_containers() {
  auto const asked = std::chrono::seconds{integer_at(*pod_.object, 0, "metadata", "deletionGracePeriodSeconds")};
  auto const grace = is_removed_ ? end_grace_ : asked;
  for (auto const* const group : {&init_, &containers_}) {
    for (auto const& each : *group) each->end(grace, "Stopping container " + each->spec().name);
  }
}

void pod_worker::finish() {
  is_done_ = true;
  timer_.cancel();
  clean_up();
  if (!is_removed_) {
    // A finaliser may keep the object; then it stays in its last phase.
    (void)pod_.parts.store.remove(kinds::pod, pod_.spec.key, {.grace_seconds = 0, .uid = pod_.spec.uid});
  }
  boost::asio::post(pod_.parts.executor, [weak = std::weak_ptr{self_}] {
    auto const self = weak.lock();
    if (!self) return;
    auto const done = std::move((*self)->on_done_);
    done();
  });
}

void pod_worker::clean_up() {
  std::error_code ignored;
  pod_.links.release(pod_.spec.uid);
  if (auto const removed = pod_.parts.volumes.remove_pod(pod_.spec.uid); !removed && !is_removed_) {
    pod_.record(event_type::warning, "FailedKillPod", removed.error().message());
  }
  std::filesystem::remove_all(pod_.parts.logs / pod_.spec.uid, ignored);
  if (!pod_.hosts.empty()) std::filesystem::remove_all(pod_.hosts.parent_path(), ignored);
  if (auto const address = parse_ipv4(pod_.address)) pod_.parts.addresses.give_back(*address);
}

pod_observation pod_worker::observation() const {
  pod_observation seen{.address = pod_.address,
                       .node_address = pod_.parts.node_address,
                       .policy = pod_.spec.policy,
                       .is_deleted = pod_.is_deleted,
                       .start_time = start_time_};
  for (auto const& each : init_) seen.init_containers.push_back(each->observation());
  for (auto const& each : containers_) seen.containers.push_back(each->observation());
  return seen;
}

void pod_worker::publish(time_point now) {
  if (is_removed_) return;
  auto const current = pod_.parts.store.find(kinds::pod, pod_.spec.key);
  if (!current || uid_of(*current) != pod_.spec.uid) return;
  auto const written =
      with_status(pod_.parts.store, kinds::pod, current, pod_status_of(observation(), *current, pod_.parts.clock, now));
  if (!written || *written == current) return;
  for (auto const& each : containers_) each->try_readiness();
}

}  // namespace holdfast::cluster
