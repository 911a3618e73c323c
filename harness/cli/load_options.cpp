#include "cli/load_options.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "cli/load_request_options.hpp"
#include "cli/option_reader.hpp"
#include "load/load_stages_text.hpp"
#include "load/scenario.hpp"
#include "load/scenario_script.hpp"
#include "net/url.hpp"

namespace holdfast::cli {
namespace {

constexpr std::uint64_t most_threads = 1024;
constexpr std::uint64_t deepest_pipeline = 1000;

class options_parser {
 public:
  options_parser(load_texts const& texts, load::clock_pair now) : texts_{texts}, now_{now} {}

  result<load_options, diagnostics> parse() {
    read_run();
    read_shape();
    read_tls();
    read_output();
    if (texts_.scenario) {
      read_scenario();
    } else {
      read_plain_request();
    }
    if (!problems_.empty()) return problems_.take();
    return std::move(options_);
  }

 private:
  void read_run() {
    constexpr std::string_view fix = "Write e.g. \"10s\", or leave it out.";
    auto& settings = options_.settings;
    auto& limits = settings.limits;
    auto const response = problems_.quantity_above_zero("--timeout", texts_.timeout, load::parse_run_time, fix);
    auto const connect =
        problems_.quantity_above_zero("--connect-timeout", texts_.connect_timeout, load::parse_run_time, fix);
    limits.response = response.value_or(limits.response);
    limits.connect = connect.value_or(limits.connect);
    limits.drain = problems_.quantity("--drain", texts_.drain, load::parse_run_time).value_or(limits.drain);
    settings.seed = problems_.quantity("--seed", texts_.seed, parse_count).value_or(settings.seed);
    auto const threads =
        problems_.quantity_above_zero("--threads", texts_.threads, parse_count, "Write e.g. \"2\", or leave it out.");
    if (threads && *threads > most_threads) {
      problems_.add("--threads", *texts_.threads, fmt::format("more than {}", most_threads),
                    "Write as many as there are cores to spare.");
    }
    settings.threads = static_cast<std::uint32_t>(std::min(threads.value_or(1), most_threads));
    read_pipeline();
    if (texts_.no_probe) options_.probe = load::target_probe::skip;
  }

  void read_pipeline() {
    auto const depth =
        problems_.quantity_above_zero("--pipeline", texts_.pipeline, parse_count, "Write e.g. \"8\", or leave it out.");
    if (depth && *depth > deepest_pipeline)
      problems_.add("--pipeline", *texts_.pipeline, fmt::format("more than {}", deepest_pipeline),
                    "Use more connections.");
    if (depth && texts_.no_keepalive)
      problems_.add("--pipeline", *texts_.pipeline,
                    "cannot be combined with --no-keepalive, where every request has a connection",
                    "Leave one of them out.");
    options_.settings.pipeline = static_cast<std::uint32_t>(std::min(depth.value_or(1), deepest_pipeline));
  }

  void read_shape() {
    auto texts = texts_.shape;
    texts.seed = options_.settings.seed;
    auto shape = load::parse_load_shape(texts);
    if (!shape) {
      problems_.append(shape.error());
      // What is wrong beside the shape shows as well; the parser has judged -c where it takes users for the shape.
      auto const judged = [](diagnostic const& problem) { return problem.field == "-c"; };
      if (!texts.rate && !texts.stages && !texts.spike && !texts.replay) return forbid_queue();
      read_capacity(std::ranges::any_of(shape.error(), judged) ? std::nullopt : texts.users);
      return;
    }
    if (auto* const plan = std::get_if<load::closed_loop_plan>(&*shape)) {
      options_.settings.arrivals = std::move(*plan);
      return forbid_queue();
    }
    load::open_loop loop{.schedule = std::get<load::arrival_schedule>(*std::move(shape))};
    auto const given = read_capacity(texts.users);
    loop.users = given.users.value_or(loop.users);
    loop.queue_length = given.queue_length.value_or(loop.queue_length);
    options_.settings.arrivals = std::move(loop);
  }

  void forbid_queue() {
    if (!texts_.queue) return;
    problems_.add("--queue", *texts_.queue, "cannot be combined with a closed loop, where nothing waits",
                  "Leave it out, or give a --rate.");
  }

  struct capacity {
    std::optional<std::uint64_t> users, queue_length;
  };
  /// What an open loop may use, as far as it was said.
  capacity read_capacity(load_texts::text const& most_users) {
    auto const users = problems_.quantity_above_zero("-c", most_users, load::parse_users, "Write e.g. \"50\".");
    auto const queue_length = problems_.quantity("--queue", texts_.queue, parse_count);
    return {.users = users, .queue_length = queue_length};
  }

  void read_tls() {
    auto& tls = options_.settings.tls;
    if (texts_.insecure) tls.verify = net::peer_verification::off;
    if (texts_.key && !texts_.cert) {
      problems_.add("--key", *texts_.key, "a key without a certificate", "Add --cert, or leave it out.");
    }
    for (auto const& [option, given, into] :
         {std::tuple{"--cacert", &texts_.cacert, &tls.ca_file},
          std::tuple{"--cert", &texts_.cert, &tls.certificate_file}, std::tuple{"--key", &texts_.key, &tls.key_file}}) {
      if (!*given) continue;
      if ((*given)->empty()) problems_.add(option, "", "needs the name of a file", "Name a PEM file.");
      *into = **given;
    }
    if (!texts_.cacert && !texts_.cert) return;
    // Files that are wrong are found before the target is asked for anything.
    if (auto const usable = net::make_tls_context(tls); !usable) problems_.append(of_command_line(usable.error()));
  }

  /// With their source; a file that serves two purposes and cannot be read is named once.
  static diagnostics of_command_line(diagnostics const& problems) {
    diagnostics out;
    for (auto problem : problems) {
      problem.file = "command line";
      auto const is_told = [&](diagnostic const& other) { return to_string(other) == to_string(problem); };
      if (std::ranges::none_of(out, is_told)) out.push_back(std::move(problem));
    }
    return out;
  }

  void read_output() {
    if (texts_.out && texts_.out->empty()) problems_.add("--out", "", "needs the name of a directory", "Name one.");
    options_.out = texts_.out;
    if (texts_.json) options_.format = result_format::json;
    if (texts_.no_progress) options_.output = talk::no_progress;
    if (texts_.quiet) options_.output = talk::errors_only;
    if (texts_.strict) options_.strictness = report::strictness::requests;
  }

  void read_plain_request() {
    auto read = read_request_options(texts_);
    if (!read) return problems_.append(read.error());
    options_.settings.origins = {read->request.to};
    options_.targets = {read->url};
    options_.request = std::make_shared<load::simple_request const>(std::move(read->request));
    options_.make_script = load::make_simple_scripts(options_.request);
  }

  void read_scenario() {
    forbid_request_options();
    auto const base = scenario_base();
    auto text = read_option_file(*texts_.scenario, "--scenario");
    if (!text) return problems_.append(text.error());
    auto read = load::read_scenario(*text, *texts_.scenario, load::files_beside(*texts_.scenario), {.base = base});
    if (!read) return problems_.append(read.error());
    options_.settings.request_names = read->request_names;
    options_.settings.origins = read->origins;
    for (auto const& origin : read->origins) options_.targets.push_back(net::to_string(origin));
    options_.scenario = report::scenario_text{.file = *texts_.scenario, .text = *std::move(text)};
    auto const what = std::make_shared<load::scenario const>(*std::move(read));
    options_.make_script = load::make_scenario_scripts(what, options_.settings.threads, now_);
  }

  /// What the scenario says itself; an option that changed nothing would mislead.
  void forbid_request_options() {
    auto const forbid = [&](std::string_view option, load_texts::text const& given, std::string_view key) {
      if (!given) return;
      problems_.add(option, *given, "cannot be combined with --scenario",
                    fmt::format("Say it in the scenario, with \"{}\".", key));
    };
    auto const first_header = texts_.headers.empty() ? load_texts::text{} : load_texts::text{texts_.headers.front()};
    auto const user = texts_.user ? load_texts::text{texts_.user->substr(0, texts_.user->find(':'))} : std::nullopt;
    forbid("-m", texts_.method, "get\", \"post");
    forbid("-H", first_header, "headers");
    forbid("--data", texts_.data, "body");
    forbid("--json-body", texts_.json_body, "json");
    forbid("--user", user, "auth");
    forbid("--max-redirects", texts_.max_redirects, "redirects");
    if (texts_.no_keepalive) forbid("--no-keepalive", "", "keep_alive");
  }

  std::optional<net::url> scenario_base() {
    if (texts_.urls.empty()) return std::nullopt;
    if (texts_.urls.size() > 1) problems_.add("URL", texts_.urls[1], "a second URL", "Give one: the scenario's base.");
    auto const parsed = net::parse_url(texts_.urls.front());
    if (parsed) return *parsed;
    problems_.add("URL", texts_.urls.front(), parsed.error().problem, parsed.error().fix);
    return std::nullopt;
  }

  load_texts const& texts_;
  load::clock_pair now_;
  option_reader problems_;
  load_options options_;
};

}  // namespace

result<load_options, diagnostics> read_load_options(load_texts const& texts, load::clock_pair now) {
  return options_parser{texts, now}.parse();
}

}  // namespace holdfast::cli
