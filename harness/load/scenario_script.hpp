#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/random.hpp"
#include "load/cookie_jar.hpp"
#include "load/feeder.hpp"
#include "load/load_settings.hpp"
#include "load/redirect.hpp"
#include "load/scenario.hpp"
#include "load/user_script.hpp"

namespace holdfast::load {

/// One moment on both clocks: cookies expire by the calendar, everything else goes by the steady clock.
struct clock_pair {
  time_point steady;
  wall_time wall;
  wall_time at(time_point when) const { return wall + std::chrono::duration_cast<wall_time::duration>(when - steady); }
};

/// What the users of one shard share: numbers that must not repeat, the feeders' next rows, work space. Used by the
/// shard's thread only, and outlives its scripts.
class scenario_shard {
 public:
  scenario_shard(std::shared_ptr<scenario const> what, shard_context const& context, clock_pair clocks);

  scenario const& what() const { return *what_; }
  origin_table& origins() { return origins_; }
  std::uint32_t origin_of(scenario_step const& step) const { return step_origins_[step.origin]; }
  std::uint64_t seed() const { return seed_; }
  wall_time wall_at(time_point when) const { return clocks_.at(when); }
  /// 1, 2, 3, ... over all shards: shard s of n gives s + 1, s + 1 + n, s + 1 + 2n, ...
  std::uint64_t next_seq();
  row_picker& rows(std::uint32_t feeder) { return rows_[feeder]; }
  answer_scratch& scratch() { return scratch_; }
  std::string& text() { return text_; }

 private:
  std::shared_ptr<scenario const> what_;
  origin_table& origins_;
  std::uint64_t seed_;
  std::uint32_t shards_;
  std::uint64_t next_seq_;
  clock_pair clocks_;
  std::vector<std::uint32_t> step_origins_;  ///< number in the shard's table, by index in scenario::origins
  std::vector<row_picker> rows_;
  answer_scratch scratch_;
  std::string text_;
};

/// One user of a scenario. In each iteration it picks a sequence, takes a row from the feeders that the sequence uses,
/// and goes through its steps: renders, judges, extracts, pauses. Redirects are further attempts of the same request.
/// A step that fails ends the sequence, unless the scenario says otherwise.
///
/// Everything random comes from the user's own engine, seeded by the run's seed and the user's number.
class scenario_script final : public user_script {
 public:
  scenario_script(scenario_shard& shard, std::uint64_t user);
  scenario_script(scenario_script const&) = delete;
  scenario_script& operator=(scenario_script const&) = delete;

  next_move next(time_point now) override;
  judgement on_answer(answer const& reply, attempt_times const& times) override;
  void on_failure(outcome reason, std::string_view detail, attempt_times const& times) override;

 private:
  enum class state : std::uint8_t { between_sequences, at_step, in_request, at_redirect, retired };

  bool begin_sequence();
  bool take_rows(scenario_sequence const& sequence);
  /// Leaves out steps that lack a value. False when none is left.
  bool find_step();
  attempt start_step(time_point now);
  void render_step(time_point now);
  void append_login();
  void append_body();
  bool append_cookies(net::origin const& to, std::string_view target, time_point now);
  attempt current_attempt(std::string_view bytes) const;
  judgement judge_answer(answer const& reply);
  bool run_extractions(answer_view& view);
  std::optional<judgement> follow_redirect(answer const& reply, time_point now);
  void store_cookies(answer const& reply, time_point now);
  judgement refuse(std::string why);
  void end_request(bool succeeded);
  render_values values() { return {.variables = values_, .random = random_, .seq = seq_, .user = user_}; }
  scenario_step const& step() const { return sequence_->steps[step_]; }

  scenario_shard& shard_;
  std::uint64_t user_;
  random_engine random_;
  std::uint64_t seq_ = 0;
  scenario_sequence const* sequence_ = nullptr;
  std::uint32_t step_ = 0;
  std::uint32_t redirects_taken_ = 0;
  std::uint32_t origin_ = 0;  ///< where the attempt in flight goes
  state state_ = state::between_sequences;
  bool pauses_ = false;                   ///< a think time is due before the next step
  std::string_view sent_;                 ///< the attempt in flight
  std::string bytes_;                     ///< what sent_ refers to when it is not the step's fixed text
  std::vector<std::string_view> values_;  ///< of all variables; no data: not known
  std::vector<std::string> extracted_;    ///< what the last of values_ refer to
  std::unique_ptr<cookie_jar> cookies_;
  std::string detail_;
};

/// Makes the scripts of a run with `shards` shards. Each shard's state is made by its own thread, and lives as long as
/// the factory.
script_factory make_scenario_scripts(std::shared_ptr<scenario const> what, std::uint32_t shards, clock_pair start);

}  // namespace holdfast::load
