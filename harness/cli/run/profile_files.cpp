#include "cli/run/profile_files.hpp"

#include <filesystem>
#include <utility>

#include "analysis/metric_catalogue.hpp"
#include "cli/siege/siege_options.hpp"
#include "cli/siege/siege_plan.hpp"
#include "report/failure_digest.hpp"

namespace holdfast::cli {
namespace {

using experiment::quantity_unit;

quantity_unit unit_of(analysis::metric_unit unit) {
  switch (unit) {
    case analysis::metric_unit::share:
      return quantity_unit::share;
    case analysis::metric_unit::duration:
      return quantity_unit::duration;
    case analysis::metric_unit::per_second:
    case analysis::metric_unit::per_minute:
      return quantity_unit::rate;
    default:
      return quantity_unit::number;
  }
}

std::optional<quantity_unit> unit_of_metric(std::string_view name) {
  auto const* const found = analysis::find_metric(name);
  if (found == nullptr) return std::nullopt;
  return unit_of(found->unit);
}

/// The line alone decides: a resource file of whoever runs it would make another load of it.
siege_environment environment_without_resource_file() {
  auto made = process_environment();
  made.variable = [](std::string_view) { return std::optional<std::string>{}; };
  return made;
}

result<experiment::siege_facts, diagnostics> read_siege_line(std::span<std::string const> words) {
  auto const environment = environment_without_resource_file();
  auto const invocation = read_siege_invocation(words, environment);
  if (!invocation) return invocation.error();
  if (invocation->task != siege_task::run) {
    return diagnostics{{.problem = "is no siege", .fix = "Leave out the options that only print something."}};
  }
  auto const plan = make_siege_plan(*invocation, environment);
  if (!plan) return plan.error();
  return experiment::siege_facts{.time = plan->settings.time, .targets = origins_of(*plan)};
}

result<std::string, diagnostics> text_of(std::string const& file) {
  auto const path = std::filesystem::path{file};
  auto text = load::files_beside(file)(path.filename().string());
  if (text && !path.filename().empty()) return *std::move(text);
  auto const why = text ? std::string{"is a folder"} : text.error().what();
  return diagnostics{{.file = "command line",
                      .field = "PROFILE",
                      .problem = why,
                      .fix = "Name a profile or a suite, e.g. profiles/bookshop/rollout.json."}};
}

experiment::profile_overrides merged(experiment::profile_overrides base, experiment::profile_overrides const& over) {
  base.set.insert(base.set.end(), over.set.begin(), over.set.end());
  if (!over.arms.empty()) base.arms = over.arms;
  if (over.seed) base.seed = over.seed;
  if (over.repeat) base.repeat = over.repeat;
  return base;
}

/// What is quoted from a file may be anything.
diagnostics for_a_terminal(diagnostics problems) {
  constexpr std::size_t most = 2000;
  for (auto& problem : problems) {
    for (auto* const text : {&problem.field, &problem.value, &problem.problem}) *text = report::printable(*text, most);
  }
  return problems;
}

class profile_collector {
 public:
  explicit profile_collector(experiment::profile_overrides const& overrides) : overrides_{overrides} {}

  void add(std::string const& file) {
    auto const text = text_of(file);
    if (!text) return keep(file, text.error());
    if (!experiment::is_suite(*text)) return read(file, *text, overrides_);
    auto const suite = experiment::read_suite(*text, file);
    if (!suite) return keep(file, suite.error());
    for (auto const& entry : suite->entries) add_entry(file, entry);
  }

  std::vector<checked_profile> take() { return std::move(found_); }

 private:
  void keep(std::string const& file, result<experiment::profile, diagnostics> made) {
    if (!made) made = for_a_terminal(made.error());
    found_.push_back({file, std::move(made)});
  }

  void read(std::string const& file, std::string_view text, experiment::profile_overrides const& overrides) {
    keep(file, experiment::read_profile(text, file, sources_beside(file), overrides));
  }

  void add_entry(std::string const& suite, experiment::suite_entry const& entry) {
    auto const file = (std::filesystem::path{suite}.parent_path() / entry.profile).lexically_normal().string();
    auto const text = text_of(file);
    auto const refuse = [&](std::string problem, std::string fix) {
      keep(file, diagnostics{{.file = suite,
                              .line = entry.line,
                              .field = "profiles",
                              .value = entry.profile,
                              .problem = std::move(problem),
                              .fix = std::move(fix)}});
    };
    if (!text) return refuse(text.error().front().problem, "Names are relative to the suite's folder.");
    if (experiment::is_suite(*text)) return refuse("is a suite itself", "Name its profiles one by one.");
    read(file, *text, merged(entry.overrides, overrides_));
  }

  experiment::profile_overrides const& overrides_;
  std::vector<checked_profile> found_;
};

}  // namespace

experiment::profile_sources sources_beside(std::string_view profile_file) {
  return {.manifests =
              [](std::filesystem::path const& path) {
                return cluster::read_manifests({&path, 1});
              },
          .files = load::files_beside(profile_file),
          .metric_unit = unit_of_metric,
          .nearest_metric = analysis::nearest_metric,
          .siege = read_siege_line};
}

std::vector<checked_profile> read_profiles(std::vector<std::string> const& files,
                                           experiment::profile_overrides const& overrides) {
  profile_collector collector{overrides};
  for (auto const& file : files) collector.add(file);
  return collector.take();
}

}  // namespace holdfast::cli
