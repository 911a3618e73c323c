#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "load/scenario_keys.hpp"
#include "load/scenario_parts.hpp"
#include "net/http_text.hpp"

namespace holdfast::load {
namespace {

struct step_url {
  net::origin to;
  std::string target;
  std::optional<net::credentials> login;
};

std::string upper(std::string_view text) {
  std::string out{text};
  std::ranges::transform(out, out.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return out;
}

// "http://host:8080/path": what comes before the path must be fixed, because connections are opened to it.
std::optional<step_url> absolute_url(json_field const& field, std::string_view text, scenario_builder& builder) {
  auto const host_start = text.find("://") + 3;
  auto const host_end = std::min(text.find_first_of("/?#", host_start), text.size());
  auto const authority = text.substr(0, host_end);
  if (authority.find("{{") != std::string_view::npos) {
    builder.problems.add(field, "scheme, host and port cannot be placeholders", "Write the host, or a path alone.");
    return std::nullopt;
  }
  auto const origin = net::parse_url(authority, net::missing_scheme::is_an_error);
  if (!origin) {
    builder.problems.add(field, origin.error().problem, origin.error().fix);
    return std::nullopt;
  }
  auto target = std::string{text.substr(host_end)};
  if (!target.starts_with('/')) target.insert(0, "/");
  return step_url{origin->to, std::move(target), origin->login};
}

std::optional<step_url> url_of(json_field const& field, scenario_builder& builder) {
  auto const text = string_of(field, builder.problems);
  if (!text) return std::nullopt;
  auto const& defaults = builder.defaults;
  auto const scheme = text->find("://");
  bool const absolute = scheme != std::string_view::npos && scheme < text->find_first_of("/?{");
  if (absolute) return absolute_url(field, *text, builder);
  if (!text->starts_with('/')) {
    builder.problems.add(field, "neither a path nor a URL",
                         "Write e.g. \"/items\" or \"http://127.0.0.1:8080/items\".");
    return std::nullopt;
  }
  if (!defaults.base) {
    builder.problems.add(field, "a path needs a base",
                         "Add \"base\": \"http://host:port\" to the scenario, or write a whole URL.");
    return std::nullopt;
  }
  return step_url{defaults.base->to, defaults.base_prefix + std::string{*text}, std::nullopt};
}

std::optional<text_template> target_of_url(json_field const& field, step_url const& url, scenario_builder& builder) {
  auto target = builder.text(field, url.target, value_encoding::target);
  if (!target) return std::nullopt;
  auto const fixed = target->text();
  if (fixed.find('#') != std::string_view::npos) {
    builder.problems.add(field, "a fragment is never sent", "Remove it from \"#\" on, or write \"%23\".");
    return std::nullopt;
  }
  if (auto const problem = target_problem(fixed)) {
    builder.problems.add(field, problem->problem, problem->fix);
    return std::nullopt;
  }
  return target;
}

void read_rules(json_object const& object, scenario_step& step, scenario_builder& builder) {
  auto const own_or = [&](std::string_view key, std::optional<json_field> const& inherited) {
    auto const own = object.find(key);
    return own ? own : inherited;
  };
  if (auto const check = object.find("check")) step.rules.check = read_conditions(*check, step.pointers, builder);
  if (auto const refused = own_or("refused", builder.defaults.refused)) {
    step.rules.refused = read_conditions(*refused, step.pointers, builder);
  }
  if (auto const fallback = own_or("fallback", builder.defaults.fallback)) {
    step.rules.fallback = read_conditions(*fallback, step.pointers, builder);
  }
}

bool looks_at_body(scenario_step const& step) {
  return step.rules.needs_body() || std::ranges::any_of(step.extractions, [](extraction const& what) {
           return !std::holds_alternative<header_source>(what.from);
         });
}

// The whole request, when neither placeholders nor a login that changes are in it.
std::string fixed_bytes_of(scenario_step const& step) {
  bool const fixed_login = !step.login || (step.login->user.is_static() && step.login->password.is_static());
  if (!step.head.is_static() || !fixed_login || (step.body && !step.body->is_static())) return {};
  std::string bytes{step.head.text()};
  if (step.login) {
    std::string value;
    append_basic_credentials(value, step.login->user.text(), step.login->password.text());
    append_header(bytes, "Authorization", value);
  }
  append_end_of_head(bytes, step.method, step.body ? std::optional{step.body->text().size()} : std::nullopt);
  if (step.body) bytes += step.body->text();
  return bytes;
}

// The step's own login, the URL's, or the inherited one; an Authorization header of the step's own stands in for it.
void read_step_login(json_object const& object, std::optional<net::credentials> const& in_url, request_outline& outline,
                     scenario_step& step, scenario_builder& builder) {
  auto const own = object.find("auth");
  bool const has_line = has_header(outline.headers, "authorization");
  if (own && has_line) {
    builder.problems.add(*own, "the step has an Authorization header as well", "Keep one of them.");
  } else if (own) {
    step.login = read_login(*own, builder);
  } else if (in_url && !has_line) {
    step.login = basic_login{text_template::literal(in_url->user), text_template::literal(in_url->password)};
  } else if (!has_line) {
    step.login = builder.defaults.login;
  }
  if (step.login) {
    builder.note_use(step.login->user);
    builder.note_use(step.login->password);
  }
}

void read_request(json_object const& object, json_field const& url_field, scenario_step& step,
                  scenario_builder& builder) {
  auto const& defaults = builder.defaults;
  request_outline outline{.method = step.method,
                          .headers = defaults.headers,
                          .version = defaults.version,
                          .connection = defaults.connection};
  auto const url = url_of(url_field, builder);
  if (auto const headers = object.find("headers")) read_headers(*headers, outline.headers, builder);
  read_step_login(object, url ? url->login : std::nullopt, outline, step, builder);
  if (auto body = read_body(object, builder)) {
    if (!has_header(outline.headers, "content-type")) {
      outline.headers.push_back({"Content-Type", text_template::literal(body->content_type)});
    }
    step.body = std::move(body->text);
  }
  auto target = url ? target_of_url(url_field, *url, builder) : std::nullopt;
  if (!target) return;
  step.origin = builder.origin_number(url->to);
  outline.host = net::host_header(url->to);
  outline.target = std::move(*target);
  step.head = compile_head(outline);
  step.close_after = closes_connection(outline);
  builder.note_use(step.head);
  step.fixed_bytes = fixed_bytes_of(step);
}

// Exactly one of "get", "post", ...
std::optional<std::pair<std::string_view, json_field>> method_of(json_object const& object, scenario_builder& builder) {
  std::optional<std::pair<std::string_view, json_field>> found;
  for (auto const method : scenario_keys::methods) {
    auto const field = object.find(method);
    if (!field) continue;
    if (found) {
      builder.problems.add(*field, fmt::format("the step has a \"{}\" already", found->first),
                           "A step is one request: make it two steps.");
      continue;
    }
    found.emplace(method, *field);
  }
  if (!found && object.is_object() && !misspells_method(object.field())) {
    builder.problems.add(
        object.field().line(), object.field().path, {}, "the step has no request",
        "Add one of \"get\", \"post\", \"put\", \"patch\", \"delete\", \"head\", \"options\" with a path.");
  }
  return found;
}

std::string name_of_step(json_object const& object, std::string_view method, json_field const& url,
                         scenario_builder& builder) {
  if (auto const field = object.find("name")) {
    auto const name = string_of(*field, builder.problems);
    bool const usable = name && !name->empty() && can_stand_in_header(*name);
    if (name && !usable)
      builder.problems.add(*field, "a name has at least one character, none of them a control", "Name it.");
    if (usable) return std::string{*name};
  }
  return fmt::format("{} {}", method, url.value->text);
}

}  // namespace

bool has_method(json_field const& field) {
  return std::ranges::any_of(field.value->members, [](json_member const& member) {
    return std::ranges::find(scenario_keys::methods, member.key) != scenario_keys::methods.end();
  });
}

bool misspells_method(json_field const& field) {
  std::vector<std::string_view> keys{scenario_keys::methods.begin(), scenario_keys::methods.end()};
  keys.insert(keys.end(), scenario_keys::step.begin(), scenario_keys::step.end());
  keys.insert(keys.end(), scenario_keys::sequence.begin(), scenario_keys::sequence.end());
  return std::ranges::any_of(field.value->members, [&](json_member const& member) {
    auto const near = nearest_word(member.key, keys);
    return near != member.key && std::ranges::find(scenario_keys::methods, near) != scenario_keys::methods.end();
  });
}

std::optional<scenario_step> read_step(json_object const& object, scenario_builder& builder) {
  auto const method = method_of(object, builder);
  if (!method) return std::nullopt;
  builder.begin_step();
  scenario_step step{.method = upper(method->first), .think = builder.defaults.think};
  step.redirects = builder.defaults.redirects;
  step.on_failure = builder.defaults.on_failure;
  step.name = builder.name_number(name_of_step(object, step.method, method->second, builder));
  read_request(object, method->second, step, builder);
  read_rules(object, step, builder);
  read_think(object.find("think"), step.think, builder);
  read_redirects(object.find("redirects"), step.redirects, builder);
  read_on_failure(object.find("on_failure"), step.on_failure, builder);
  step.needs = builder.extracted_in_use();
  step.uses_seq = builder.uses_seq();
  if (auto const extract = object.find("extract")) read_extractions(*extract, step, builder);
  if (looks_at_body(step) && step.method != "HEAD") step.wants = answer_wants::headers_and_body;
  return step;
}

}  // namespace holdfast::load
