#include "experiment/profile_reader.hpp"

#include <algorithm>
#include <cctype>
#include <limits>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cluster/controllers/cluster_clock.hpp"
#include "experiment/profile_keys.hpp"
#include "experiment/profile_parts.hpp"
#include "load/load_limits.hpp"

namespace holdfast::experiment {
namespace {

constexpr json_limits profile_limits{.depth = 100, .bytes = std::size_t{16} << 20U};
constexpr std::uint64_t most_repetitions = 1000;

void read_texts(json_object const& object, profile_builder& builder) {
  auto& problems = builder.problems;
  if (auto const field = object.find("$schema")) (void)string_of(*field, problems);
  auto const title = object.require("title", "Add a line that says what the experiment shows.", problems);
  if (title) builder.made.title = string_of(*title, problems).value_or("");
  if (title && title->value->kind == json_kind::string && title->value->text.empty()) {
    problems.add(*title, "an empty title", "Say in a line what the experiment shows.");
  }
  if (auto const field = object.find("description"))
    builder.made.description = string_of(*field, problems).value_or("");
}

void read_system(json_object const& object, profile_builder& builder) {
  auto const field = object.require(
      "system", "Name the folder of its manifests, e.g. \"../../reference-services/bookshop/kubernetes\".",
      builder.problems);
  auto const name = field ? string_of(*field, builder.problems) : std::nullopt;
  if (!name) return;
  builder.made.system = builder.beside(*name);
  auto read = builder.sources.manifests(builder.made.system);
  if (!read) return builder.problems.append(read.error());
  if (read->objects.empty()) {
    return builder.problems.add(*field, "there is no object in it",
                                "Name a folder with .yaml, .yml or .json manifests.");
  }
  builder.made.manifests = std::make_shared<cluster::manifest_set const>(*std::move(read));
  builder.system = system_names{*builder.made.manifests};
}

void read_cluster(json_field const& field, profile_builder& builder) {
  using cluster::cluster_clock;
  json_object const object{field, profile_keys::cluster, builder.problems};
  auto& settings = builder.made.cluster;
  if (auto const scale = object.find("time_scale")) {
    settings.time_scale = number_of(*scale, builder.problems).value_or(1);
    if (!(settings.time_scale >= cluster_clock::least_scale && settings.time_scale <= cluster_clock::greatest_scale)) {
      builder.problems.add(*scale, "is not between 0.01 and 100000",
                           "Write how many times faster the control loops are to run, e.g. 10.");
    }
  }
  if (auto const images = object.find("images")) {
    if (builder.content(*images)) settings.images = builder.beside(images->value->text);
  }
  if (auto const limit = object.find("ready_within")) {
    settings.ready_within = time_span_of(*limit, builder).value_or(settings.ready_within);
  }
}

// A name that stands there already, of the list that `names` is of.
void refuse_repeated(json_field const& field, std::string const& name, std::string_view what,
                     std::set<std::string>& names, profile_builder& builder) {
  if (names.insert(name).second) return;
  builder.problems.add(field, fmt::format("another {} has that name", what), "Give each a name of its own.");
}

void read_phase(json_field const& field, std::set<std::string>& names, nanoseconds& begin, profile_builder& builder) {
  json_object const object{field, profile_keys::phase, builder.problems};
  phase made{.name = {}, .begin = begin};
  if (auto const name = object.require("name", "Write e.g. \"warm-up\".", builder.problems)) {
    made.name = short_name_of(*name, builder).value_or("");
    if (!made.name.empty()) refuse_repeated(*name, made.name, "phase", names, builder);
  }
  if (auto const length = object.require("duration", "Write e.g. \"30s\".", builder.problems)) {
    made.duration = time_span_of(*length, builder).value_or(nanoseconds{});
  }
  if (auto const measured = object.find("measured")) {
    made.is_measured = boolean_of(*measured, builder.problems).value_or(true);
  }
  begin += made.duration;
  builder.made.phases.push_back(std::move(made));
}

void read_phases(json_field const& field, profile_builder& builder) {
  std::set<std::string> names;
  nanoseconds begin{};
  auto const elements = elements_of(field, builder.problems);
  for (auto const& element : elements) read_phase(element, names, begin, builder);
  auto const& phases = builder.made.phases;
  if (field.value->kind == json_kind::array && std::ranges::none_of(phases, &phase::is_measured)) {
    builder.problems.add(field, "no phase is measured", "Leave \"measured\" out where results come from.");
  }
  if (begin > load::longest_run)
    builder.problems.add(field, "the phases last longer than a year", "Make them shorter.");
}

// The whole load is one phase, or the phases are the whole load.
void fit_phases(std::optional<json_field> const& field, profile_builder& builder) {
  auto& made = builder.made;
  auto const length = length_of(made.load);
  if (!field) {
    if (length) made.phases.push_back({.name = "measurement", .begin = {}, .duration = *length});
    return;
  }
  if (made.phases.empty()) return;
  auto const& last = made.phases.back();
  auto const sum = last.begin + last.duration;
  if (length == sum) return;
  auto const load_text = length ? fmt::format("the load {}", format_duration(*length)) : "the load has no fixed length";
  builder.problems.add(field->line(), field->path, {},
                       fmt::format("the phases last {}, {}", format_duration(sum), load_text),
                       length ? "Make them equal, or leave the load's length out." : "Give the load a length.");
}

void read_scrape(json_field const& field, profile_builder& builder) {
  json_object const object{field, profile_keys::scrape, builder.problems};
  scrape_observer made;
  auto const target = object.require("deployment", "Name the Deployment whose pods have the page.", builder.problems);
  auto const name =
      target ? object_of_kind(*target, cluster::kinds::deployment, builder.system, builder.problems) : std::nullopt;
  made.deployment = name.value_or("");
  auto const ports = builder.system.container_ports(made.deployment);
  if (auto const port = object.find("port")) {
    auto const known = port_of(*port, ports, "the Deployment", builder.problems);
    made.port = known ? known->number : std::uint16_t{0};
    if (known && known->number == 0 && !name) made.port = 1;
  } else if (ports.size() == 1) {
    made.port = ports.front().number;
  } else if (name && builder.system.is_known()) {
    builder.problems.add(field, "which port has the page is not clear", "Add \"port\" with its name or number.");
  }
  if (auto const path = object.find("path")) {
    made.path = string_of(*path, builder.problems).value_or("/");
    if (!made.path.starts_with('/'))
      builder.problems.add(*path, "a path begins with \"/\"", "Write e.g. \"/metrics\".");
  }
  if (auto const every = object.find("every")) made.every = time_span_of(*every, builder).value_or(made.every);
  builder.made.observers.push_back(std::move(made));
}

void read_observers(json_field const& field, profile_builder& builder) {
  for (auto const& element : elements_of(field, builder.problems)) {
    json_object const object{element, profile_keys::observer, builder.problems};
    if (auto const scrape = object.require("scrape", "Add e.g. {\"deployment\": \"order\"}.", builder.problems)) {
      read_scrape(*scrape, builder);
    }
  }
}

void read_invariants(json_field const& field, profile_builder& builder) {
  auto& made = builder.made.invariants;
  if (field.value->kind == json_kind::boolean) {
    made.are_checked = field.value->boolean;
  } else {
    json_object const object{field, profile_keys::invariants, builder.problems};
    made.are_checked = true;
    if (auto const checked = object.find("checked")) {
      made.are_checked = boolean_of(*checked, builder.problems).value_or(true);
    }
    if (auto const limit = object.find("converge_within")) {
      made.converge_within = time_span_of(*limit, builder).value_or(made.converge_within);
    }
  }
  if (!made.are_checked || builder.made.system.empty()) return;
  made.file = builder.made.system / "invariants.json";
  std::error_code ec;
  if (!std::filesystem::is_regular_file(made.file, ec)) {
    builder.problems.add(field, fmt::format("the system has no invariants: there is no {}", made.file.string()),
                         "Write that file, or leave \"invariants\" out.");
  }
}

void read_numbers(json_object const& object, profile_builder& builder) {
  auto& made = builder.made;
  if (auto const seed = object.find("seed")) {
    made.seed = count_of(*seed, 0, std::numeric_limits<std::uint64_t>::max(), builder.problems).value_or(1);
  }
  if (auto const repeat = object.find("repeat")) {
    made.repeat = static_cast<std::uint32_t>(count_of(*repeat, 1, most_repetitions, builder.problems).value_or(1));
  }
  auto const budget = object.find("budget");
  if (!budget) return;
  made.budget = time_span_of(*budget, builder);
  auto const length = length_of(made.load);
  if (!made.budget || !length) return;
  auto const runs = made.repeat * static_cast<std::int64_t>(std::max<std::size_t>(made.arms.size(), 1));
  if (*made.budget / runs >= *length) return;
  builder.problems.add(*budget, fmt::format("{} times a load of {} take longer", runs, format_duration(*length)),
                       "Allow more, or shorten the load.");
}

void keep_arms(std::vector<std::string> const& names, profile_builder& builder) {
  auto& arms = builder.made.arms;
  if (names.empty()) return;
  std::vector<std::string_view> const known = [&] {
    std::vector<std::string_view> all;
    for (auto const& each : arms) all.push_back(each.name);
    return all;
  }();
  for (auto const& name : names) {
    if (std::ranges::find(known, name) != known.end()) continue;
    builder.problems.append({{.file = "command line",
                              .field = "--arm",
                              .value = name,
                              .problem = fmt::format("{} has no such arm", builder.problems.file()),
                              .fix = fmt::format("It has {}.{}", fmt::join(known, ", "), did_you_mean(name, known))}});
  }
  std::erase_if(arms, [&](arm const& each) { return std::ranges::find(names, each.name) == names.end(); });
}

void read_all(json_object const& object, profile_overrides const& overrides, profile_builder& builder) {
  read_texts(object, builder);
  read_system(object, builder);
  if (auto const cluster = object.find("cluster")) read_cluster(*cluster, builder);
  read_arms(object.find("arms"), builder);
  auto const phases = object.find("phases");
  if (phases) read_phases(*phases, builder);
  if (auto const prepare = object.find("prepare")) builder.made.prepare = read_scenario_use(*prepare, builder);
  auto const problems_before = builder.problems.size();
  if (auto const load = object.require("load", "Add e.g. {\"url\": \"http://order:8080/orders\", \"users\": 10}.",
                                       builder.problems)) {
    read_load(*load, builder);
  }
  if (builder.problems.size() == problems_before) fit_phases(phases, builder);
  if (auto const observers = object.find("observers")) read_observers(*observers, builder);
  if (auto const actions = object.find("actions")) read_actions(*actions, builder);
  if (auto const checks = object.find("checks")) read_checks(*checks, builder);
  if (auto const invariants = object.find("invariants")) read_invariants(*invariants, builder);
  read_numbers(object, builder);
  keep_arms(overrides.arms, builder);
}

}  // namespace

result<profile, diagnostics> read_profile(std::string_view text, std::string_view file, profile_sources const& sources,
                                          profile_overrides const& overrides) {
  auto document = parse_json(text, file, profile_limits);
  if (!document) return document.error();
  profile_builder builder{.problems = json_problems{file}, .sources = sources};
  apply_settings(*document, overrides, builder.problems);
  json_object const object{{&*document, ""}, profile_keys::profile, builder.problems};
  if (object.is_object()) read_all(object, overrides, builder);
  if (!builder.problems.empty()) return builder.problems.take();
  builder.made.file = file;
  builder.made.text = text;
  return std::move(builder.made);
}

}  // namespace holdfast::experiment
