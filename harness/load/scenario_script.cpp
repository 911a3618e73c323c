#include "load/scenario_script.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "load/simple_script.hpp"
#include "net/http_text.hpp"

namespace holdfast::load {

scenario_script::scenario_script(scenario_shard& shard, std::uint64_t user)
    : shard_{shard},
      user_{user},
      random_{derived_seed(shard.seed(), user)},
      values_(shard.what().variables),
      extracted_(shard.what().variables - shard.what().first_extracted) {
  std::ranges::copy(shard.what().fixed, values_.begin());
  if (shard.what().cookies != cookie_policy::off) cookies_ = std::make_unique<cookie_jar>();
}

next_move scenario_script::next(time_point now) {
  if (state_ == state::at_redirect) {
    state_ = state::in_request;
    return current_attempt(bytes_);
  }
  if (state_ == state::in_request) end_request(false);  // given up without a word
  if (state_ == state::between_sequences) state_ = begin_sequence() ? state::at_step : state::retired;
  if (state_ == state::retired) return retired{};
  if (std::exchange(pauses_, false)) {
    auto const length = sequence_->steps[step_ - 1].think.draw(random_);
    if (length > nanoseconds{0}) return pause{length};
  }
  if (find_step()) return start_step(now);
  state_ = state::between_sequences;
  return finished{};
}

bool scenario_script::begin_sequence() {
  sequence_ = &shard_.what().pick(random_);
  step_ = 0;
  pauses_ = false;
  std::fill(values_.begin() + shard_.what().first_extracted, values_.end(), std::string_view{});
  if (shard_.what().cookies == cookie_policy::sequence) cookies_->clear();
  return take_rows(*sequence_);
}

bool scenario_script::take_rows(scenario_sequence const& sequence) {
  for (auto const number : sequence.feeders) {
    auto const& feeder = shard_.what().feeders[number];
    auto const row = shard_.rows(number).next(random_);
    if (!row) return false;
    for (std::size_t column = 0; column < feeder.table.columns().size(); ++column) {
      values_[feeder.first_variable + column] = feeder.table.cell(*row, column);
    }
  }
  return true;
}

bool scenario_script::find_step() {
  auto const is_known = [this](std::uint32_t variable) { return values_[variable].data() != nullptr; };
  while (step_ < sequence_->steps.size() && !std::ranges::all_of(step().needs, is_known)) ++step_;
  return step_ < sequence_->steps.size();
}

attempt scenario_script::start_step(time_point now) {
  state_ = state::in_request;
  redirects_taken_ = 0;
  origin_ = shard_.origin_of(step());
  if (step().uses_seq) seq_ = shard_.next_seq();
  render_step(now);
  return current_attempt(sent_);
}

attempt scenario_script::current_attempt(std::string_view bytes) const {
  return {.bytes = bytes,
          .origin = origin_,
          .name = step().name,
          .wants = step().wants,
          .is_head = bytes.starts_with("HEAD "),
          .close_after = step().close_after};
}

judgement scenario_script::on_answer(answer const& reply, attempt_times const& times) {
  if (cookies_) store_cookies(reply, times.ended);
  if (auto const hop = follow_redirect(reply, times.ended)) return *hop;
  return judge_answer(reply);
}

void scenario_script::on_failure(outcome /*reason*/, std::string_view /*detail*/, attempt_times const& /*times*/) {
  end_request(false);
}

judgement scenario_script::judge_answer(answer const& reply) {
  answer_view view{reply, step().pointers, shard_.scratch()};
  auto verdict = judge(step().rules, view, values(), detail_);
  if (is_ok(verdict) && !run_extractions(view)) verdict = outcome::check_failed;
  end_request(is_ok(verdict));
  return {.verdict = verdict, .detail = is_ok(verdict) ? std::string_view{} : std::string_view{detail_}};
}

bool scenario_script::run_extractions(answer_view& view) {
  for (auto const& what : step().extractions) {
    auto& value = extracted_[what.variable - shard_.what().first_extracted];
    values_[what.variable] = {};
    if (!extract(what, view, value, detail_)) return false;
    values_[what.variable] = value;
  }
  return true;
}

std::optional<judgement> scenario_script::follow_redirect(answer const& reply, time_point now) {
  auto const& expected = step().rules.check;
  bool const is_final = step().redirects == 0 || (!expected.status.empty() && expected.expects(reply.status));
  if (is_final) return std::nullopt;
  auto const from = shard_.origins()[origin_];
  auto const hop = next_redirect(reply, sent_, from);
  if (!hop) return std::nullopt;
  if (!*hop) return refuse(hop->error());
  if (redirects_taken_ >= step().redirects) return refuse(fmt::format("more than {} redirects", step().redirects));
  auto const origin = known_or_new(shard_.origins(), (*hop)->to.to);
  if (!origin) return refuse("redirected to too many hosts");
  auto& cookie_line = shard_.text();
  cookie_line.clear();
  if (cookies_) cookies_->append_to(cookie_line, (*hop)->to.to, (*hop)->to.target, shard_.wall_at(now));
  bytes_ =
      redirected_request(sent_, from, **hop, cookies_ ? std::optional<std::string_view>{cookie_line} : std::nullopt);
  sent_ = bytes_;
  origin_ = *origin;
  ++redirects_taken_;
  state_ = state::at_redirect;
  return judgement{.verdict = outcome::ok, .continues = true};
}

judgement scenario_script::refuse(std::string why) {
  detail_ = std::move(why);
  end_request(false);
  return {.verdict = outcome::check_failed, .detail = detail_};
}

void scenario_script::store_cookies(answer const& reply, time_point now) {
  auto const& from = shard_.origins()[origin_];
  auto const target = target_of(sent_);
  for (auto const& field : reply.headers) {
    if (net::equals_ignoring_case(field.name, "set-cookie"))
      cookies_->store(field.value, from, target, shard_.wall_at(now));
  }
}

void scenario_script::end_request(bool succeeded) {
  bool const stops = !succeeded && step().on_failure == after_failure::stop;
  state_ = state::at_step;
  pauses_ = true;
  ++step_;
  if (!stops) return;
  step_ = static_cast<std::uint32_t>(sequence_->steps.size());
  pauses_ = false;
}

}  // namespace holdfast::load
