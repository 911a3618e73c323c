#include "experiment/profile_condition.hpp"

#include <algorithm>
#include <array>
#include <span>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/diagnostic.hpp"
#include "experiment/text_scanner.hpp"

namespace holdfast::experiment {
namespace {

using words = std::span<std::string_view const>;

constexpr std::array<std::string_view, 3> rollout_words{"started", "complete", "stuck"};
constexpr std::array<std::string_view, 6> replica_words{"desired",   "current", "ready",
                                                        "available", "updated", "unavailable"};
constexpr std::array<std::string_view, 9> pod_words{"created", "started",   "ready",    "not-ready", "terminating",
                                                    "exited",  "restarted", "back-off", "removed"};
constexpr std::array<std::string_view, 3> action_words{"begin", "done", "failed"};
constexpr std::array<std::string_view, 4> fault_words{"wanted", "confirmed", "removed", "not-seen"};
constexpr std::array<std::string_view, 2> phase_words{"begin", "end"};
constexpr std::array<std::string_view, 3> breaker_words{"closed", "open", "half-open"};
constexpr std::array<std::string_view, 2> autoscaler_words{"scaled", "limited"};

struct subject_kind {
  std::string_view written;
  std::string_view event_kind;
  words whats;
};
constexpr std::array<subject_kind, 7> subject_kinds{{{"deployment", timeline_kinds::rollout, rollout_words},
                                                     {"pod", timeline_kinds::pod, pod_words},
                                                     {"action", timeline_kinds::action, action_words},
                                                     {"fault", timeline_kinds::fault, fault_words},
                                                     {"phase", timeline_kinds::phase, phase_words},
                                                     {"breaker", timeline_kinds::breaker, breaker_words},
                                                     {"autoscaler", timeline_kinds::autoscaler, autoscaler_words}}};

constexpr std::string_view how_to_wait = "Write e.g. \"deployment/book complete\" or \"deployment/book ready >= 3\".";

class condition_parser {
 public:
  explicit condition_parser(std::string_view text) : scanner_{text} { made_.text = text; }

  result<condition, unit_error> parse() {
    if (auto const subject = read_subject(); !subject) return subject.error();
    auto const what = scanner_.word();
    if (what.empty()) return unit_error{"what is waited for is missing", choices()};
    auto const sign = scanner_.comparison_sign();
    auto const read = sign ? read_replicas(what, *sign) : read_what(what);
    if (!read) return read.error();
    if (!scanner_.at_end()) return unit_error{fmt::format("\"{}\" is too much", scanner_.rest()), "Leave it out."};
    return std::move(made_);
  }

 private:
  result<void, unit_error> read_subject() {
    auto const word = scanner_.word();
    auto const slash = word.find('/');
    if (word.empty() || slash == std::string_view::npos || slash + 1 == word.size()) {
      return unit_error{"a condition begins with what it is about", std::string{how_to_wait}};
    }
    auto const kind = word.substr(0, slash);
    auto const found = std::ranges::find(subject_kinds, kind, &subject_kind::written);
    if (found == subject_kinds.end()) {
      std::array<std::string_view, subject_kinds.size()> names{};
      std::ranges::transform(subject_kinds, names.begin(), &subject_kind::written);
      return unit_error{fmt::format("nothing is known of a \"{}\"", kind),
                        fmt::format("Use one of: {}.{}", fmt::join(names, ", "), did_you_mean(kind, names))};
    }
    kind_ = &*found;
    made_.kind = found->event_kind;
    made_.subject = word.substr(slash + 1);
    auto const slashes = std::ranges::count(made_.subject, '/');
    auto const is_breaker = found->written == "breaker";
    if (slashes != (is_breaker ? 1 : 0) || made_.subject.starts_with('/') || made_.subject.ends_with('/')) {
      return unit_error{
          fmt::format("\"{}\" is not a name", made_.subject),
          is_breaker ? "Write e.g. \"breaker/order/book open\": caller and callee." : std::string{how_to_wait}};
    }
    return {};
  }

  std::string choices() const {
    auto const replicas = kind_->written == "deployment"
                              ? fmt::format("; or {} with a comparison", fmt::join(replica_words, ", "))
                              : std::string{};
    return fmt::format("Of a {}: {}{}.", kind_->written, fmt::join(kind_->whats, ", "), replicas);
  }

  result<void, unit_error> read_what(std::string_view what) {
    if (std::ranges::find(kind_->whats, what) == kind_->whats.end()) {
      return unit_error{fmt::format("\"{}\" is nothing that a {} can be", what, kind_->written),
                        choices() + did_you_mean(what, kind_->whats)};
    }
    made_.what = what;
    return {};
  }

  result<void, unit_error> read_replicas(std::string_view what, comparison how) {
    if (kind_->written != "deployment" || std::ranges::find(replica_words, what) == replica_words.end()) {
      return unit_error{fmt::format("\"{}\" of a {} cannot be compared", what, kind_->written),
                        "Write e.g. \"deployment/book ready >= 3\"." + did_you_mean(what, replica_words)};
    }
    auto const limit = parse_count(scanner_.word());
    if (!limit) return limit.error();
    constexpr std::uint64_t most = 1'000'000;
    if (*limit > most) return unit_error{"so many replicas cannot be", "Write a smaller number."};
    made_.kind = timeline_kinds::replicas;
    made_.replicas = {.count = std::string{what}, .how = how, .limit = static_cast<std::uint32_t>(*limit)};
    return {};
  }

  text_scanner scanner_;
  subject_kind const* kind_ = nullptr;
  condition made_;
};

bool is_met(replica_condition const& wanted, timeline_event const& event) {
  auto const found = event.detail.find(wanted.count);
  if (found == event.detail.end() || !found->is_number()) return false;
  return holds(found->get<double>(), wanted.how, wanted.limit);
}

}  // namespace

result<condition, unit_error> parse_condition(std::string_view text) { return condition_parser{text}.parse(); }

bool is_met_by(condition const& what, timeline_event const& event) {
  if (event.kind != what.kind) return false;
  if (what.kind == timeline_kinds::pod) {
    auto const owner = event.detail.find("owner");
    return event.what == what.what && owner != event.detail.end() && *owner == what.subject;
  }
  if (event.subject != what.subject) return false;
  return what.replicas ? is_met(*what.replicas, event) : event.what == what.what;
}

}  // namespace holdfast::experiment
