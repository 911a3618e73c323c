#pragma once

#include "load/load_run.hpp"
#include "report/load_report.hpp"

namespace holdfast::report::example {

// A small run with known figures, for the tests of this module.

inline time_point at(nanoseconds offset) { return time_point{std::chrono::hours{1} + offset}; }

/// 2,000 requests of two names at 200/s: 1,990 ok in 1 to 1,990 us of service time after 10 us of waiting, 6 with
/// status 503, 2 reset, 1 timed out after 2 s, 1 unfinished.
inline load::interval_record record() {
  using namespace std::chrono_literals;
  load::interval_record all;
  all.began = at(0s);
  all.ended = at(10s);
  all.requests.resize(2);
  auto const answer = [&](std::size_t name, nanoseconds service, load::outcome how, std::uint16_t status) {
    all.requests[name].service.record(service);
    all.requests[name].response.record(service + 10us);
    all.queue.record(10us);
    all.slip.record(10us);
    ++all.requests[name].outcomes[static_cast<std::size_t>(how)];
    all.ledger.record_end(how);
    all.statuses.record(status);
    all.request_seconds += in_seconds(service);
  };
  for (int i = 1; i <= 1990; ++i) answer(i % 2 == 0 ? 1 : 0, std::chrono::microseconds{i}, load::outcome::ok, 200);
  for (int i = 1; i <= 6; ++i) answer(0, 3ms, load::outcome::http_5xx, 503);
  auto const fail = [&](std::size_t name, load::outcome how) {
    ++all.requests[name].outcomes[static_cast<std::size_t>(how)];
    all.ledger.record_end(how);
    all.slip.record(10us);
    if (!load::is_censored(how)) return;
    all.requests[name].service.record_censored(2s);
    all.requests[name].response.record_censored(2s + 10us);
    all.request_seconds += 2;
  };
  fail(0, load::outcome::reset);
  fail(1, load::outcome::reset);
  fail(0, load::outcome::response_timeout);
  fail(1, load::outcome::cancelled_at_end);
  all.ledger.scheduled = 2010;
  all.ledger.dropped = 10;
  all.ledger.started = 2000;
  all.ledger.late = 3;
  all.ledger.queued = 12;
  all.ledger.longest_queue = 4;
  all.attempts = 2000;
  all.connections_opened = 12;
  all.bytes_received = 300'000;
  all.body_bytes = 20'000;
  all.bytes_sent = 100'000;
  all.in_flight = 0;
  all.cpu = 300ms;
  for (int i = 0; i < 1000; ++i) all.loop_lag.record(20us);
  return all;
}

inline load::load_settings settings() {
  using namespace std::chrono_literals;
  return {.arrivals = load::open_loop{.schedule = load::arrival_schedule::constant(request_rate::per_second(201), 10s)},
          .request_names = {"browse", "order"},
          .origins = {{.host = "127.0.0.1", .port = 8080}},
          .seed = 7};
}

inline load::load_result result() {
  using namespace std::chrono_literals;
  load::load_result run{.start = at(0s),
                        .start_stamp = wall_time{1'714'564'800'250ms},
                        .load_length = 10s,
                        .total_length = 10'500ms,
                        .total = record()};
  run.shards.push_back({.cpu_share = 0.031});
  for (int i = 0; i < 1000; ++i) run.shards[0].loop_lag.record(20us);
  for (auto* const seen : {&run.before, &run.after}) {
    seen->cpu = load::cpu_ticks{.total = seen == &run.before ? 1000U : 3000U, .steal = 0};
    seen->throttled = 0ns;
    seen->open_files = load::use_of_limit{.used = 12, .limit = 1024};
    seen->local_ports = load::use_of_limit{.used = 12, .limit = 28232};
    seen->peak_memory_bytes = 5 << 20;
  }
  return run;
}

inline load_description description() {
  return {.tool = {.version = "0.1.0", .commit = "abc1234"},
          .command_line = {"load", "http://127.0.0.1:8080/", "--rate", "201/s"},
          .targets = {"http://127.0.0.1:8080/"},
          .settings = settings(),
          .machine = {.cpu_model = "Test CPU", .cores = 2, .kernel = "Linux 6.1", .governor = "", .memory_bytes = 8},
          .place = load::target_place::same_machine};
}

inline load_gathered gathered() {
  using namespace std::chrono_literals;
  return {.window = {.length = 10s, .completed = 1999, .ok = 1990},
          .causes = {{.reason = load::outcome::http_5xx, .detail = "", .count = 6},
                     {.reason = load::outcome::reset, .detail = "Connection reset by peer", .count = 2}}};
}

inline load_report report() { return make_load_report(result(), description(), gathered()); }

}  // namespace holdfast::report::example
