#include "experiment/observers/connection_observer.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include <boost/asio/post.hpp>

namespace holdfast::experiment {

using namespace cluster;

namespace {

constexpr std::string_view pod_of_probes = "(probe)";

/// The proxy calls a Service's port "shop/order:http".
struct service_port {
  std::string name_space, service, port;
};

service_port parts_of(shared_name const& name) {
  if (!name) return {};
  auto const slash = name->find('/');
  auto const begin = slash == std::string::npos ? 0 : slash + 1;
  auto const colon = name->rfind(':');
  auto const end = colon == std::string::npos || colon < begin ? name->size() : colon;
  return {slash == std::string::npos ? "" : name->substr(0, slash), name->substr(begin, end - begin),
          end == name->size() ? "" : name->substr(end + 1)};
}

timeline_event event_at(service_port const& at, char const* kind, std::string_view what) {
  timeline_event event{.kind = kind, .subject = at.service, .what = std::string{what}};
  if (!at.name_space.empty() && at.name_space != "default") event.detail["namespace"] = at.name_space;
  if (!at.port.empty()) event.detail["port"] = at.port;
  return event;
}

bool ended_well(connection_end how) { return how == connection_end::by_client || how == connection_end::by_pod; }

bool is_of_probe(connection_record const& record) { return record.pod && *record.pod == pod_of_probes; }

}  // namespace

std::optional<timeline_event> event_of(connection_record const& record, time_point run_start) {
  if (ended_well(record.how) || is_of_probe(record)) return std::nullopt;
  auto event = event_at(parts_of(record.service), timeline_kinds::connection, to_string(record.how));
  if (record.pod) {
    event.detail["pod"] = *record.pod;
    event.detail["to"] = to_string(record.to);
  }
  event.detail["client_port"] = record.client.port;
  event.detail["start_s"] = in_seconds(record.start - run_start);
  event.detail["end_s"] = in_seconds(record.end - run_start);
  if (!record.fault.empty()) event.detail["fault"] = record.fault;
  return event;
}

timeline_event event_of(proxy_event const& event) {
  auto told = event_at(parts_of(event.service), timeline_kinds::cluster, to_string(event.what));
  if (told.subject.empty()) told.subject = "service proxy";
  if (!event.text.empty()) told.detail["message"] = event.text;
  return told;
}

/// What both threads touch. Holds the observer for what is posted.
struct connection_observer::shared_part {
  mutable std::mutex mutex;
  std::vector<told_event> waiting;
  connection_counts counts;
  std::uint64_t not_told = 0;
  connection_observer* owner = nullptr;  // of the executor's thread
};

connection_observer::connection_observer(boost::asio::any_io_executor executor, timeline& to, std::size_t most_waiting)
    : executor_{std::move(executor)},
      timeline_{to},
      most_waiting_{most_waiting},
      part_{std::make_shared<shared_part>()} {
  part_->owner = this;
}

connection_observer::~connection_observer() { part_->owner = nullptr; }

void connection_observer::on_connections(std::vector<connection_record> ended) {
  std::vector<told_event> events;
  connection_counts counts;
  for (auto const& record : ended) {
    if (is_of_probe(record)) continue;
    ++counts[parts_of(record.service).service][std::string{to_string(record.how)}];
    if (auto event = event_of(record, timeline_.start())) events.push_back({record.end, *std::move(event)});
  }
  {
    std::lock_guard const lock{part_->mutex};
    for (auto const& [service, ends] : counts) {
      for (auto const& [how, count] : ends) part_->counts[service][how] += count;
    }
  }
  take(std::move(events), 0);
}

void connection_observer::on_event(proxy_event event) {
  std::vector<told_event> events;
  events.push_back({event.at, event_of(event)});
  take(std::move(events), 1);
}

/// @param surplus  how many may wait beyond the limit: what happens to a Service is always told
void connection_observer::take(std::vector<told_event> events, std::uint64_t surplus) {
  if (events.empty()) return;
  {
    std::lock_guard const lock{part_->mutex};
    bool const is_awaited = !part_->waiting.empty();
    auto const taken = part_->waiting.size();
    auto const room = (taken < most_waiting_ ? most_waiting_ - taken : 0) + surplus;
    auto const fitting = std::min<std::size_t>(room, events.size());
    part_->not_told += events.size() - fitting;
    std::move(events.begin(), events.begin() + static_cast<std::ptrdiff_t>(fitting),
              std::back_inserter(part_->waiting));
    if (is_awaited || part_->waiting.empty()) return;
  }
  boost::asio::post(executor_, [part = part_] {
    if (part->owner != nullptr) part->owner->drain();
  });
}

void connection_observer::drain() {
  std::vector<told_event> events;
  {
    std::lock_guard const lock{part_->mutex};
    std::swap(events, part_->waiting);
  }
  for (auto& [at, event] : events) timeline_.add(at, std::move(event));
}

connection_counts connection_observer::counts() const {
  std::lock_guard const lock{part_->mutex};
  return part_->counts;
}

std::uint64_t connection_observer::not_told() const {
  std::lock_guard const lock{part_->mutex};
  return part_->not_told;
}

}  // namespace holdfast::experiment
