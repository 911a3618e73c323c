#include "load/simple_script.hpp"

#include <utility>

#include <fmt/format.h>

#include "load/answer_check.hpp"
#include "load/redirect.hpp"

namespace holdfast::load {
namespace {

class simple_script final : public user_script {
 public:
  simple_script(std::shared_ptr<simple_request const> request, origin_table& origins)
      : request_{std::move(request)}, origins_{origins}, origin_{origins.intern(request_->to)} {}

  next_move next(time_point /*now*/) override {
    if (hop_ && hop_->pending) return hop_attempt();
    if (sent_) {
      sent_ = false;
      return finished{};
    }
    sent_ = true;
    return attempt{.bytes = request_->bytes,
                   .origin = origin_,
                   .name = request_->name,
                   .wants = request_->redirects > 0 ? answer_wants::headers : answer_wants::status,
                   .is_head = request_->is_head,
                   .close_after = request_->close_after};
  }

  judgement on_answer(answer const& reply, attempt_times const& /*times*/) override {
    if (request_->redirects > 0 && is_redirect(reply.status)) return on_redirect(reply);
    if (hop_) hop_.reset();
    return {.verdict = class_of(reply.status)};
  }

  void on_failure(outcome /*reason*/, std::string_view /*detail*/, attempt_times const& /*times*/) override {
    hop_.reset();
  }

 private:
  struct hop {
    std::string bytes;
    std::uint32_t origin = 0;
    std::uint32_t count = 0;
    bool pending = false;
  };

  next_move hop_attempt() {
    hop_->pending = false;
    return attempt{.bytes = hop_->bytes,
                   .origin = hop_->origin,
                   .name = request_->name,
                   .wants = answer_wants::headers,
                   .is_head = hop_->bytes.starts_with("HEAD "),
                   .close_after = request_->close_after};
  }

  judgement on_redirect(answer const& reply) {
    std::string_view const sent = hop_ ? std::string_view{hop_->bytes} : std::string_view{request_->bytes};
    auto const from = origins_[hop_ ? hop_->origin : origin_];
    auto const step = next_redirect(reply, sent, from);
    if (!step) {
      hop_.reset();
      return {.verdict = class_of(reply.status)};
    }
    if (!*step) return refuse(step->error());
    auto const taken = hop_ ? hop_->count : 0;
    if (taken >= request_->redirects) return refuse(fmt::format("more than {} redirects", request_->redirects));
    auto const origin = known_or_new(origins_, (*step)->to.to);
    if (!origin) return refuse("redirected to too many hosts");
    hop_ = std::make_unique<hop>(hop{.bytes = redirected_request(sent, from, **step, std::nullopt),
                                     .origin = *origin,
                                     .count = taken + 1,
                                     .pending = true});
    return {.verdict = outcome::ok, .continues = true};
  }

  judgement refuse(std::string why) {
    problem_ = std::move(why);
    hop_.reset();
    return {.verdict = outcome::check_failed, .detail = problem_};
  }

  std::shared_ptr<simple_request const> request_;
  origin_table& origins_;
  std::uint32_t origin_;
  bool sent_ = false;
  std::unique_ptr<hop> hop_;  ///< only while redirects are followed: most users never need one
  std::string problem_;
};

}  // namespace

std::optional<std::uint32_t> known_or_new(origin_table& origins, net::origin const& to) {
  for (std::uint32_t i = 0; i < origins.size(); ++i) {
    if (origins[i] == to) return i;
  }
  if (origins.size() >= most_origins) return std::nullopt;
  return origins.intern(to);
}

script_factory make_simple_scripts(std::shared_ptr<simple_request const> request) {
  return [request = std::move(request)](shard_context const& context, std::uint64_t /*user*/) {
    return std::make_unique<simple_script>(request, context.origins);
  };
}

}  // namespace holdfast::load
