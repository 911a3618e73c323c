#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "experiment/profile_keys.hpp"
#include "experiment/profile_parts.hpp"

namespace holdfast::experiment {
namespace {

/// Where the messages of a scenario made of a URL's keys belong: "mix[0].headers" is "load.headers".
std::string field_in_load(std::string_view field, std::string_view load, std::string_view method) {
  constexpr std::string_view step = "mix[0].";
  if (!field.starts_with(step)) return fmt::format("{}.{}", load, field);
  auto const key = field.substr(step.size());
  return fmt::format("{}.{}", load, key == method ? "url" : key);
}

json_member member_of(std::string_view key, json_field const& field) {
  return {.key = std::string{key}, .line = field.line(), .value = *field.value};
}

std::string method_of(json_object const& object, profile_builder& builder) {
  auto const field = object.find("method");
  if (!field) return "get";
  constexpr std::array<std::string_view, 7> methods{"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"};
  auto const word = word_of(*field, methods, builder.problems);
  std::string lower{word.value_or("GET")};
  std::ranges::transform(lower, lower.begin(), [](char c) { return static_cast<char>(c + 32); });
  return lower;
}

/// One request, as a scenario of one step.
json_value scenario_of_url(json_object const& object, json_field const& url, std::string const& method) {
  auto const line = url.line();
  json_value step{.kind = json_kind::object, .line = line};
  step.members.push_back(member_of(method, url));
  json_value document{.kind = json_kind::object, .line = line};
  for (auto const key : profile_keys::load_request) {
    auto const field = object.find(key);
    if (!field || key == "url" || key == "method") continue;
    (key == "keep_alive" ? document : step).members.push_back(member_of(key, *field));
  }
  json_value mix{.kind = json_kind::array, .line = line};
  mix.elements.push_back(std::move(step));
  document.members.push_back({.key = "mix", .line = line, .value = std::move(mix)});
  return document;
}

std::optional<scenario_use> read_url(json_object const& object, json_field const& url, profile_builder& builder) {
  auto const text = string_of(url, builder.problems);
  auto const method = method_of(object, builder);
  if (!text) return std::nullopt;
  auto const document = scenario_of_url(object, url, method);
  auto made = load::read_scenario(json_field{&document, ""}, builder.problems.file(), builder.sources.files);
  if (!made) {
    auto problems = made.error();
    for (auto& problem : problems) problem.field = field_in_load(problem.field, object.field().path, method);
    builder.problems.append(problems);
    return std::nullopt;
  }
  return scenario_use{.what = std::make_shared<load::scenario const>(*std::move(made)), .url = std::string{*text}};
}

std::optional<scenario_use> read_scenario_file(json_field const& field, profile_builder& builder) {
  auto text = builder.content(field);
  if (!text) return std::nullopt;
  auto const file = builder.beside(field.value->text).string();
  auto const folder = std::filesystem::path{field.value->text}.parent_path();
  auto const beside_it = [&](std::string_view name) { return builder.sources.files((folder / name).string()); };
  auto made = load::read_scenario(std::string_view{*text}, file, beside_it);
  if (!made) {
    builder.problems.append(made.error());
    return std::nullopt;
  }
  return scenario_use{.what = std::make_shared<load::scenario const>(*std::move(made)), .file = file, .text = *text};
}

std::optional<scenario_use> read_scenario_part(json_field const& field, profile_builder& builder) {
  auto made = load::read_scenario(field, builder.problems.file(), builder.sources.files);
  if (made) return scenario_use{.what = std::make_shared<load::scenario const>(*std::move(made))};
  builder.problems.append(made.error());
  return std::nullopt;
}

void check_targets(json_field const& where, scenario_use const& use, profile_builder& builder) {
  for (auto const& to : use.what->origins) check_target(where, to, builder.system, builder.problems);
}

void read_tls(json_field const& field, net::tls_options& options, profile_builder& builder) {
  json_object const object{field, profile_keys::tls, builder.problems};
  if (auto const insecure = object.find("insecure")) {
    if (boolean_of(*insecure, builder.problems) == true) options.verify = net::peer_verification::off;
  }
  auto const file = [&](std::string_view key, std::string& into) {
    auto const name = object.find(key);
    if (name && builder.content(*name)) into = builder.beside(name->value->text).string();
  };
  file("ca_file", options.ca_file);
  file("certificate_file", options.certificate_file);
  file("key_file", options.key_file);
  auto const problems_before = builder.problems.size();
  if (!options.key_file.empty() && options.certificate_file.empty()) {
    builder.problems.add(field.line(), field.path + ".key_file", options.key_file, "a key without a certificate",
                         "Add \"certificate_file\", or leave it out.");
  }
  if (options.ca_file.empty() && options.certificate_file.empty()) return;
  if (builder.problems.size() != problems_before) return;
  net::tls_option_names const names{
      .ca_file = "ca_file", .certificate_file = "certificate_file", .key_file = "key_file"};
  auto const usable = net::make_tls_context(options, names);
  if (usable) return;
  for (auto const& problem : usable.error()) {
    builder.problems.add(field.line(), fmt::format("{}.{}", field.path, problem.field), problem.value, problem.problem,
                         problem.fix);
  }
}

void read_engine_load(json_object const& object, std::optional<scenario_use> script, profile_builder& builder) {
  engine_load made;
  read_load_course(object, made.settings, builder);
  if (auto const tls = object.find("tls")) read_tls(*tls, made.settings.tls, builder);
  if (!script) return;
  made.settings.request_names = script->what->request_names;
  made.settings.origins = script->what->origins;
  made.script = *std::move(script);
  builder.made.load = std::move(made);
}

}  // namespace

std::optional<scenario_use> read_scenario_use(json_field const& field, profile_builder& builder) {
  auto const is_file = field.value->kind == json_kind::string;
  auto made = is_file ? read_scenario_file(field, builder) : read_scenario_part(field, builder);
  if (made) check_targets(field, *made, builder);
  return made;
}

void read_load(json_field const& field, profile_builder& builder) {
  auto const has = [&](std::string_view key) {
    auto const& members = field.value->members;
    return std::ranges::find(members, key, &json_member::key) != members.end();
  };
  if (has("siege")) {
    constexpr std::array<std::string_view, 1> known{"siege"};  // all else is said in the line
    json_object const object{field, known, builder.problems};
    if (auto siege = read_siege_load(*object.find("siege"), builder)) builder.made.load = *std::move(siege);
    return;
  }
  constexpr auto course = profile_keys::joined(profile_keys::load_course, profile_keys::load_more);
  constexpr auto with_url = profile_keys::joined(profile_keys::load_request, course);
  constexpr auto everything = profile_keys::joined(profile_keys::load_request, profile_keys::load_script, course);
  constexpr auto with_scenario = profile_keys::joined(std::array<std::string_view, 1>{"scenario"}, course);
  auto const known = has("url")        ? std::span<std::string_view const>{with_url}
                     : has("scenario") ? std::span<std::string_view const>{with_scenario}
                                       : std::span<std::string_view const>{everything};
  json_object const object{field, known, builder.problems};
  if (!object.is_object()) return;
  std::optional<scenario_use> script;
  if (auto const scenario = object.find("scenario"); scenario && !has("url")) {
    script = read_scenario_use(*scenario, builder);
  } else if (auto const url = object.find("url")) {
    script = read_url(object, *url, builder);
    if (script) check_targets(*url, *script, builder);
  } else {
    builder.problems.add(field.line(), field.path, {}, "nothing says what is asked for",
                         "Add \"url\", \"scenario\" or \"siege\".");
  }
  read_engine_load(object, std::move(script), builder);
}

std::optional<nanoseconds> length_of(profile_load const& load) {
  if (auto const* const siege = std::get_if<siege_load>(&load)) return siege->time;
  auto const& arrivals = std::get<engine_load>(load).settings.arrivals;
  if (auto const* const open = std::get_if<load::open_loop>(&arrivals)) return open->schedule.length();
  return std::get<load::closed_loop_plan>(arrivals).duration;
}

}  // namespace holdfast::experiment
