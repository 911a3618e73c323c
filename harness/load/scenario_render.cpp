// How a user of a scenario renders its requests, and what the users of a shard share.
#include "load/scenario_script.hpp"

namespace holdfast::load {

void scenario_script::render_step(time_point now) {
  auto const& what = step();
  bool const may_be_fixed = !what.fixed_bytes.empty();
  if (may_be_fixed && !cookies_) {
    sent_ = what.fixed_bytes;
    return;
  }
  bytes_.clear();
  what.head.render(values(), bytes_);
  bool const has_cookies = cookies_ && append_cookies(shard_.origins()[origin_], target_of(bytes_), now);
  if (may_be_fixed && !has_cookies) {
    sent_ = what.fixed_bytes;
    return;
  }
  if (what.login) append_login();
  append_body();
  sent_ = bytes_;
}

bool scenario_script::append_cookies(net::origin const& to, std::string_view target, time_point now) {
  auto& line = shard_.text();
  line.clear();
  if (!cookies_->append_to(line, to, target, shard_.wall_at(now))) return false;
  append_header(bytes_, "Cookie", line);
  return true;
}

void scenario_script::append_login() {
  auto& user = shard_.text();
  auto& password = shard_.scratch().text;
  user.clear();
  password.clear();
  step().login->user.render(values(), user);
  step().login->password.render(values(), password);
  bytes_ += "Authorization: ";
  append_basic_credentials(bytes_, user, password);
  bytes_ += "\r\n";
}

void scenario_script::append_body() {
  auto const& body = step().body;
  if (!body) return append_end_of_head(bytes_, step().method, std::nullopt);
  // The length comes before the body, so a body with placeholders is rendered aside first.
  auto& aside = shard_.text();
  aside.clear();
  if (!body->is_static()) body->render(values(), aside);
  auto const text = body->is_static() ? body->text() : std::string_view{aside};
  append_end_of_head(bytes_, step().method, text.size());
  bytes_ += text;
}

scenario_shard::scenario_shard(std::shared_ptr<scenario const> what, shard_context const& context, clock_pair clocks)
    : what_{std::move(what)},
      origins_{context.origins},
      seed_{context.seed},
      shards_{context.shards},
      next_seq_{context.shard + std::uint64_t{1}},
      clocks_{clocks} {
  for (auto const& origin : what_->origins) step_origins_.push_back(origins_.intern(origin));
  for (auto const& feeder : what_->feeders) {
    rows_.emplace_back(feeder.order, feeder.table.rows(), context.shard, context.shards);
  }
}

std::uint64_t scenario_shard::next_seq() {
  auto const seq = next_seq_;
  next_seq_ += shards_;
  return seq;
}

script_factory make_scenario_scripts(std::shared_ptr<scenario const> what, std::uint32_t shards, clock_pair start) {
  auto const states = std::make_shared<std::vector<std::unique_ptr<scenario_shard>>>(shards);
  return [what = std::move(what), states, start](shard_context const& context, std::uint64_t user) {
    auto& state = states->at(context.shard);
    if (!state) state = std::make_unique<scenario_shard>(what, context, start);
    return std::make_unique<scenario_script>(*state, user);
  };
}

}  // namespace holdfast::load
