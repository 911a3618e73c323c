#include "experiment/actions/action_executor.hpp"

#include <csignal>
#include <utility>

#include <fmt/format.h>

#include "cluster/local/fault_text.hpp"

namespace holdfast::experiment {

using namespace cluster;
using boost::system::in_place_error;
using boost::system::in_place_value;

namespace {

/// What the timeline calls a step of a fault.
char const* word_of(fault_step step) {
  switch (step) {
    case fault_step::active:
      return "confirmed";
    case fault_step::not_seen:
      return "not-seen";
    case fault_step::gone:
      return "removed";
    case fault_step::stays:
      return "stays";
    case fault_step::refused:
      return "refused";
  }
  return "";
}

}  // namespace

action_executor::action_executor(local_cluster& of, timeline& to,
                                 std::function<std::string(object_key const&)> owner_of)
    : cluster_{of}, timeline_{to}, owner_of_{std::move(owner_of)} {}

action_executor::~action_executor() {
  for (auto const& [uid, pod] : paused_) (void)cluster_.signal(pod, SIGCONT);
}

decided<action_executor::undo_function> action_executor::carry_out(std::string const& name, action_kind const& kind,
                                                                   std::uint64_t seed) {
  return std::visit(begun{*this, name, seed}, kind);
}

action_executor::outcome action_executor::begun::operator()(command_action const&) const {
  return {in_place_error, std::string{"a command is run, not written"}};
}

action_executor::outcome action_executor::write(resource_kind const& kind, decided<json> object) {
  if (!object) return {in_place_error, object.error()};
  auto const written = cluster_.store().update(kind, *std::move(object));
  if (!written) return {in_place_error, written.error().message};
  return {in_place_value, undo_function{}};
}

action_executor::outcome action_executor::roll_out(rollout_action const& action) {
  auto const found = find_workload(cluster_.store(), kinds::deployment, action.deployment);
  if (!found) return {in_place_error, found.error()};
  return write(kinds::deployment, rolled_out(**found, action, clock_seam::wall_now()));
}

action_executor::outcome action_executor::scale(scale_action const& action) {
  auto const found = find_workload(cluster_.store(), kinds::deployment, action.deployment);
  if (!found) return {in_place_error, found.error()};
  return write(kinds::deployment, resized(**found, action.replicas));
}

decided<std::vector<object_ptr>> action_executor::choose(pod_choice const& choice, std::uint64_t seed) const {
  if (!choice.deployment.empty()) {
    auto const found = find_workload(cluster_.store(), kinds::deployment, choice.deployment);
    if (!found) return {in_place_error, found.error()};
  }
  std::vector<owned_pod> all;
  for (auto const& pod : cluster_.store().list(kinds::pod)) all.push_back({pod, owner_of_(cluster::key_of(*pod))});
  return chosen_pods(choice, all, seed);
}

/// A pod of which nothing runs is as good as signalled only if another was.
action_executor::outcome action_executor::signal(std::vector<object_ptr> const& pods, int number) {
  std::string missed;
  for (auto const& pod : pods) {
    if (cluster_.signal(cluster::key_of(*pod), number) == 0) missed = cluster::name_of(*pod);
  }
  if (!missed.empty()) return {in_place_error, fmt::format("nothing of pod/{} runs", missed)};
  return {in_place_value, undo_function{}};
}

action_executor::outcome action_executor::kill(kill_action const& action, std::uint64_t seed) {
  auto const pods = choose(action.pods, seed);
  if (!pods) return {in_place_error, pods.error()};
  return signal(*pods, action.signal);
}

action_executor::outcome action_executor::pause(pause_action const& action, std::uint64_t seed) {
  auto const pods = choose(action.pods, seed);
  if (!pods) return {in_place_error, pods.error()};
  for (auto const& pod : *pods) paused_[uid_of(*pod)] = cluster::key_of(*pod);
  if (auto stopped = signal(*pods, SIGSTOP); !stopped) {
    continue_pods(*pods);
    return stopped;
  }
  return {in_place_value, undo_function{[this, paused = *pods] { continue_pods(paused); }}};
}

action_executor::outcome action_executor::go_on(continue_action const& action, std::uint64_t seed) {
  auto const pods = choose(action.pods, seed);
  if (!pods) return {in_place_error, pods.error()};
  auto gone_on = signal(*pods, SIGCONT);
  if (gone_on) continue_pods(*pods);
  return gone_on;
}

/// A pod that took the place of one is not meant.
void action_executor::continue_pods(std::vector<object_ptr> const& pods) {
  for (auto const& pod : pods) {
    auto const present = cluster_.store().find(kinds::pod, cluster::key_of(*pod));
    if (present && uid_of(*present) == uid_of(*pod)) (void)cluster_.signal(cluster::key_of(*pod), SIGCONT);
    paused_.erase(uid_of(*pod));
  }
}

action_executor::outcome action_executor::remove_object(object_ptr const& object, resource_kind const& kind) {
  auto const removed = cluster_.store().remove(kind, cluster::key_of(*object), {.uid = uid_of(*object)});
  if (!removed) return {in_place_error, removed.error().message};
  return {in_place_value, undo_function{}};
}

action_executor::outcome action_executor::remove(delete_action const& action, std::uint64_t seed) {
  if (auto const* const which = std::get_if<object_name>(&action.what)) {
    auto const found = find_object(cluster_.store(), *which);
    if (!found) return {in_place_error, found.error()};
    return remove_object(*found, *which->kind);
  }
  auto const pods = choose(std::get<pod_choice>(action.what), seed);
  if (!pods) return {in_place_error, pods.error()};
  for (auto const& pod : *pods) {
    if (auto removed = remove_object(pod, kinds::pod); !removed) return removed;
  }
  return {in_place_value, undo_function{}};
}

action_executor::outcome action_executor::create(create_action const& action) {
  auto const made = cluster_.create(action.objects);
  if (made) return {in_place_value, undo_function{}};
  auto text = to_string(made.error());
  while (text.ends_with('\n') || text.ends_with('.')) text.pop_back();
  return {in_place_error, std::move(text)};
}

action_executor::outcome action_executor::patch(patch_action const& action) {
  auto const found = find_object(cluster_.store(), action.object);
  if (!found) return {in_place_error, found.error()};
  auto changed = patched(*action.object.kind, **found, action.patch, action.type);
  if (!changed) return {in_place_error, changed.error().message};
  if (*changed == **found) return {in_place_error, std::string{"the patch changes nothing"}};
  return write(*action.object.kind, {in_place_value, *std::move(changed)});
}

action_executor::outcome action_executor::put_fault(std::string const& name, fault_action const& action) {
  auto const found = find_workload(cluster_.store(), kinds::service, action.service);
  if (!found) return {in_place_error, found.error()};
  fault_place const place{cluster::key_of(**found), fault_text_of(action)};
  auto changed = **found;
  auto const before = text_at(changed, "metadata", "annotations", faults_annotation);
  auto now = with_fault(before, place.second);
  if (now == before) {
    return {in_place_error, fmt::format("service/{} has that fault already: {}", action.service, place.second)};
  }
  changed["metadata"]["annotations"][faults_annotation] = std::move(now);
  faults_[place] = {name, action.request.kind};
  timeline_.add(clock_seam::now(), {.kind = timeline_kinds::fault,
                                    .subject = name,
                                    .what = "wanted",
                                    .detail = {{"service", action.service}, {"kind", action.request.kind}}});
  auto written = write(kinds::service, {in_place_value, std::move(changed)});
  if (!written) return written;
  return {in_place_value, undo_function{[this, place] { take_fault(place); }}};
}

void action_executor::take_fault(fault_place const& place) {
  auto const service = cluster_.store().find(kinds::service, place.first);
  if (!service) return;
  auto changed = *service;
  auto const before = text_at(changed, "metadata", "annotations", faults_annotation);
  auto now = without_fault(before, place.second);
  if (now == before) return;
  if (now.empty()) {
    changed["metadata"]["annotations"].erase(faults_annotation);
  } else {
    changed["metadata"]["annotations"][faults_annotation] = std::move(now);
  }
  bool const is_written = cluster_.store().update(kinds::service, std::move(changed)).has_value();
  if (is_written && faults_.contains(place)) unsettled_.insert(place);
}

void action_executor::note(fault_report const& report) {
  fault_place const place{report.service, report.fault};
  auto const known = faults_.find(place);
  timeline_event event{.kind = timeline_kinds::fault, .subject = report.fault, .what = word_of(report.step)};
  event.detail["service"] = report.service.name;
  if (known != faults_.end()) {
    event.subject = known->second.action;
    event.detail["kind"] = known->second.kind;
  }
  if (!report.evidence.empty()) event.detail["evidence"] = report.evidence;
  if (report.switched) event.detail["since_s"] = timeline_.seconds_at(*report.switched);
  timeline_.add(report.at, std::move(event));
  if (report.step == fault_step::refused) faults_.erase(place);  // nothing was switched, so nothing is told of its end
  if (report.step == fault_step::gone || report.step == fault_step::stays) unsettled_.erase(place);
}

}  // namespace holdfast::experiment
