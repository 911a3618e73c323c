#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "experiment/profile_parts.hpp"
#include "load/load_limits.hpp"
#include "load/load_shape_text.hpp"
#include "load/load_stages_text.hpp"

namespace holdfast::experiment {
namespace {

struct option_key {
  std::string_view option, key;
};
// Long options before those that begin them.
constexpr std::array<option_key, 13> option_keys{{{"--iterations", "iterations"},
                                                  {"--replay-speed", "replay_speed"},
                                                  {"--replay", "replay"},
                                                  {"--think", "think"},
                                                  {"--rate", "rate"},
                                                  {"--ramp", "ramp"},
                                                  {"--stages", "stages"},
                                                  {"--spike", "spike"},
                                                  {"--poisson", "poisson"},
                                                  {"--queue", "queue"},
                                                  {"-c", "users"},
                                                  {"-d", "duration"},
                                                  {"-n", "requests"}}};

std::string_view key_of_option(std::string_view option) {
  auto const found = std::ranges::find(option_keys, option, &option_key::option);
  return found == option_keys.end() ? option : found->key;
}

/// A sentence about options as one about keys.
std::string in_keys(std::string text) {
  for (auto const& [option, key] : option_keys) {
    for (auto at = text.find(option); at != std::string::npos; at = text.find(option, at)) {
      auto const is_word = at == 0 || text[at - 1] == ' ' || text[at - 1] == '"';
      if (is_word) text.replace(at, option.size(), key);
      at += is_word ? key.size() : option.size();
    }
  }
  return text;
}

class course_reader {
 public:
  course_reader(json_object const& object, load::load_settings& into, profile_builder& builder)
      : object_{object}, into_{into}, builder_{builder}, problems_{builder.problems} {}

  void read() {
    read_texts();
    read_limits();
    read_shape();
  }

 private:
  std::optional<std::string> text(std::string_view key) {
    auto const field = object_.find(key);
    if (!field) return std::nullopt;
    auto const value = string_of(*field, problems_);
    if (!value) return std::nullopt;
    return std::string{*value};
  }

  /// A whole number, as the shape's reader takes it.
  std::optional<std::string> count(std::string_view key) {
    auto const field = object_.find(key);
    if (!field) return std::nullopt;
    auto const value = count_of(*field, 1, std::numeric_limits<std::int64_t>::max(), problems_);
    if (!value) return std::nullopt;
    return fmt::format("{}", *value);
  }

  /// "30s:100/s,1m:500/s", or each stage an element.
  std::optional<std::string> stages() {
    auto const field = object_.find("stages");
    if (!field || field->value->kind == json_kind::string) return text("stages");
    std::vector<std::string_view> all;
    for (auto const& element : elements_of(*field, problems_)) {
      if (auto const stage = string_of(element, problems_)) all.push_back(*stage);
    }
    return fmt::format("{}", fmt::join(all, ","));
  }

  void read_texts() {
    auto& t = texts_;
    t.users = count("users"), t.requests = count("requests"), t.iterations = count("iterations");
    t.duration = text("duration"), t.think = text("think"), t.rate = text("rate"), t.ramp = text("ramp");
    t.stages = stages(), t.spike = text("spike"), t.replay = text("replay");
    if (auto const speed = object_.find("replay_speed")) {
      if (number_of(*speed, problems_)) t.replay_speed = speed->value->text;
    }
    if (auto const poisson = object_.find("poisson")) t.poisson = boolean_of(*poisson, problems_).value_or(false);
    t.seed = builder_.made.seed;
    auto const& phases = builder_.made.phases;
    if (t.duration || t.stages || phases.empty()) return;
    t.duration = fmt::format("{}ns", (phases.back().begin + phases.back().duration).count());
  }

  void read_limits() {
    auto& limits = into_.limits;
    auto const span = [&](std::string_view key, nanoseconds& into) {
      if (auto const field = object_.find(key)) into = time_span_of(*field, builder_).value_or(into);
    };
    span("timeout", limits.response);
    span("connect_timeout", limits.connect);
    span("drain", limits.drain);
    auto const number = [&](std::string_view key, std::uint64_t most, std::uint32_t& into) {
      auto const field = object_.find(key);
      if (field) into = static_cast<std::uint32_t>(count_of(*field, 1, most, problems_).value_or(into));
    };
    number("threads", 1024, into_.threads);
    number("pipeline", 1000, into_.pipeline);
  }

  void read_shape() {
    auto const read_replay = [&](std::string const& name) {
      return load::read_replay_file(builder_.beside(name).string());
    };
    auto shape = load::parse_load_shape(texts_, read_replay);
    if (!shape) return tell(shape.error());
    auto const queue = object_.find("queue");
    if (auto* const plan = std::get_if<load::closed_loop_plan>(&*shape)) {
      if (queue) problems_.add(*queue, "a closed loop has no queue", "Leave it out, or give a rate.");
      into_.arrivals = std::move(*plan);
      return;
    }
    load::open_loop loop{.schedule = std::get<load::arrival_schedule>(*std::move(shape))};
    if (auto const users = object_.find("users")) {
      loop.users = count_of(*users, 1, load::most_users, problems_).value_or(loop.users);
    }
    if (queue) {
      loop.queue_length =
          count_of(*queue, 0, std::numeric_limits<std::int64_t>::max(), problems_).value_or(loop.queue_length);
    }
    into_.arrivals = std::move(loop);
  }

  void tell(diagnostics const& found) {
    for (auto const& problem : found) {
      if (problem.file != "command line") {  // of a replay file, which has lines of its own
        problems_.append({problem});
        continue;
      }
      auto const key = key_of_option(problem.field);
      auto const field = object_.find(key);
      problems_.add(field ? field->line() : object_.field().line(), fmt::format("{}.{}", object_.field().path, key),
                    problem.value, in_keys(problem.problem), in_keys(problem.fix));
    }
  }

  json_object const& object_;
  load::load_settings& into_;
  profile_builder& builder_;
  json_problems& problems_;
  load::load_shape_texts texts_;
};

}  // namespace

void read_load_course(json_object const& object, load::load_settings& settings, profile_builder& builder) {
  course_reader{object, settings, builder}.read();
}

}  // namespace holdfast::experiment
