#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "load/scenario_keys.hpp"
#include "load/scenario_parts.hpp"

namespace holdfast::load {
namespace {

constexpr json_limits file_limits{.depth = 100, .bytes = std::size_t{16} << 20U};

void read_base(json_object const& object, scenario_options const& options, scenario_builder& builder) {
  auto& defaults = builder.defaults;
  auto const field = object.find("base");
  if (field) {
    auto const text = string_of(*field, builder.problems).value_or("http://invalid");
    auto url = net::parse_url(text, net::missing_scheme::is_an_error);
    // Something stands in for a base that cannot be read: the steps are not to blame for it.
    defaults.base = url ? std::move(*url) : net::url{};
    if (!url) builder.problems.add(*field, url.error().problem, url.error().fix);
  }
  if (options.base) defaults.base = options.base;
  if (!defaults.base) return;
  auto& prefix = defaults.base_prefix = defaults.base->target;
  if (prefix.find('?') != std::string::npos) {
    builder.problems.add(field ? field->line() : 0, "base", prefix, "a base has no query", "Remove it from \"?\" on.");
  }
  while (prefix.ends_with('/')) prefix.pop_back();
  if (auto const& login = defaults.base->login) {
    defaults.login = basic_login{text_template::literal(login->user), text_template::literal(login->password)};
  }
}

void read_connection(json_object const& object, scenario_builder& builder) {
  constexpr std::array<std::string_view, 2> versions{"1.0", "1.1"};
  if (auto const field = object.find("http")) {
    if (word_of(*field, versions, builder.problems) == "1.0") builder.defaults.version = http_version::http_1_0;
  }
  if (auto const field = object.find("keep_alive")) {
    if (boolean_of(*field, builder.problems) == false) builder.defaults.connection = connection_use::close;
  }
}

void read_cookies(std::optional<json_field> const& field, scenario_builder& builder) {
  if (!field) return;
  if (field->value->kind == json_kind::boolean) {
    builder.made.cookies = field->value->boolean ? cookie_policy::user : cookie_policy::off;
  } else if (field->value->kind == json_kind::string && field->value->text == "fresh") {
    builder.made.cookies = cookie_policy::sequence;
  } else {
    builder.problems.add(*field, "must be true, false or \"fresh\"",
                         "true: a user keeps its cookies; \"fresh\": each sequence begins without any.");
  }
}

void read_login_default(json_object const& object, scenario_builder& builder) {
  auto const field = object.find("auth");
  if (!field) return;
  if (has_header(builder.defaults.headers, "authorization")) {
    builder.problems.add(*field, "there is an Authorization header as well", "Keep one of them.");
  }
  builder.defaults.login = read_login(*field, builder);
}

void read_defaults(json_object const& object, scenario_options const& options, scenario_builder& builder) {
  read_base(object, options, builder);
  read_connection(object, builder);
  read_cookies(object.find("cookies"), builder);
  if (auto const vars = object.find("vars")) read_variables(*vars, builder);
  if (auto const feeders = object.find("feeders")) read_feeders(*feeders, builder);
  builder.made.first_extracted = builder.made.variables;
  if (auto const headers = object.find("headers")) read_headers(*headers, builder.defaults.headers, builder);
  read_login_default(object, builder);
  builder.defaults.refused = object.find("refused");
  builder.defaults.fallback = object.find("fallback");
  read_redirects(object.find("redirects"), builder.defaults.redirects, builder);
  read_on_failure(object.find("on_failure"), builder.defaults.on_failure, builder);
  read_think(object.find("think"), builder.defaults.think, builder);
}

// The step's keys, the methods, and what else is allowed there.
std::vector<std::string_view> step_keys(std::string_view more = {}) {
  std::vector<std::string_view> keys{scenario_keys::methods.begin(), scenario_keys::methods.end()};
  keys.insert(keys.end(), scenario_keys::step.begin(), scenario_keys::step.end());
  if (!more.empty()) keys.push_back(more);
  return keys;
}

double weight_of(json_object const& object, scenario_builder& builder) {
  auto const field = object.find("weight");
  if (!field) return 1;
  auto const weight = number_of(*field, builder.problems);
  if (!weight) return 1;
  if (*weight > 0 && *weight <= 1e9) return *weight;
  builder.problems.add(*field, "a weight is above zero, and at most 1000000000",
                       "Write e.g. 3, or leave the entry out of the mix.");
  return 1;
}

void add_step(json_object const& object, scenario_sequence& sequence, std::set<std::uint32_t>& feeders,
              scenario_builder& builder) {
  auto step = read_step(object, builder);
  auto const used = builder.feeders_in_use();
  feeders.insert(used.begin(), used.end());
  if (step) sequence.steps.push_back(std::move(*step));
}

void read_steps(json_field const& field, scenario_sequence& sequence, std::set<std::uint32_t>& feeders,
                scenario_builder& builder) {
  auto const known = step_keys();
  auto const steps = elements_of(field, builder.problems);
  if (field.value->kind == json_kind::array && steps.empty()) {
    builder.problems.add(field, "a sequence needs at least one step", "Add e.g. {\"get\": \"/items\"}.");
  }
  for (auto const& step : steps) add_step({step, known, builder.problems}, sequence, feeders, builder);
}

// The keys of a sequence, of a request, or of both where the entry does not show which of them it means to be.
std::vector<std::string_view> keys_of_entry(json_field const& field) {
  auto const has_steps =
      std::ranges::find(field.value->members, "steps", &json_member::key) != field.value->members.end();
  if (has_steps && !has_method(field)) return {scenario_keys::sequence.begin(), scenario_keys::sequence.end()};
  auto keys = step_keys("weight");
  if (!has_method(field)) keys.push_back("steps");
  return keys;
}

// A sequence with its steps, or a single request with a weight.
void read_sequence(json_field const& field, scenario_builder& builder) {
  auto const known = keys_of_entry(field);
  bool const single = has_method(field);
  json_object const object{field, known, builder.problems};
  builder.begin_sequence();
  scenario_sequence sequence{.weight = weight_of(object, builder)};
  std::set<std::uint32_t> feeders;
  if (single) {
    add_step(object, sequence, feeders, builder);
  } else if (misspells_method(field)) {
    // Told already, with the method that was meant.
  } else if (auto const steps = object.require(
                 "steps", "Add a list of steps, or a request such as \"get\": \"/items\".", builder.problems)) {
    read_steps(*steps, sequence, feeders, builder);
  }
  if (auto const name = object.find("name")) sequence.name = string_of(*name, builder.problems).value_or("");
  sequence.feeders.assign(feeders.begin(), feeders.end());
  builder.made.mix.push_back(std::move(sequence));
}

void read_mix(json_object const& object, scenario_builder& builder) {
  auto const field =
      object.require("mix", "Add e.g. \"mix\": [{\"name\": \"list\", \"get\": \"/items\"}].", builder.problems);
  if (!field) return;
  auto const entries = elements_of(*field, builder.problems);
  if (field->value->kind == json_kind::array && entries.empty()) {
    builder.problems.add(*field, "an empty mix does nothing", "Add at least one sequence or request.");
  }
  for (auto const& entry : entries) read_sequence(entry, builder);
}

// What steps take over is read again for each of them, and so are its problems.
diagnostics each_once(diagnostics const& all) {
  diagnostics kept;
  std::set<std::string> seen;
  for (auto const& d : all) {
    if (seen.insert(to_string(d)).second) kept.push_back(d);
  }
  return kept;
}

}  // namespace

void read_on_failure(std::optional<json_field> const& field, after_failure& policy, scenario_builder& builder) {
  constexpr std::array<std::string_view, 2> words{"stop", "continue"};
  auto const word = field ? word_of(*field, words, builder.problems) : std::nullopt;
  if (word) policy = *word == "stop" ? after_failure::stop : after_failure::go_on;
}

void read_redirects(std::optional<json_field> const& field, std::uint32_t& most, scenario_builder& builder) {
  auto const count = field ? count_of(*field, 0, 100, builder.problems) : std::nullopt;
  if (count) most = static_cast<std::uint32_t>(*count);
}

result<scenario, diagnostics> read_scenario(std::string_view text, std::string_view file, file_loader const& load,
                                            scenario_options const& options) {
  auto const document = parse_json(text, file, file_limits);
  if (!document) return document.error();
  return read_scenario(json_field{&*document, ""}, file, load, options);
}

result<scenario, diagnostics> read_scenario(json_field const& part, std::string_view file, file_loader const& load,
                                            scenario_options const& options) {
  scenario_builder builder{file, load};
  json_object const object{part, scenario_keys::scenario, builder.problems};
  if (object.is_object()) {
    read_defaults(object, options, builder);
    read_mix(object, builder);
    builder.finish();
  }
  if (!builder.problems.empty()) return each_once(builder.problems.take());
  return std::move(builder.made);
}

}  // namespace holdfast::load
