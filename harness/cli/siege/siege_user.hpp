#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/siege/siege_auth.hpp"
#include "cli/siege/siege_pacing.hpp"
#include "cli/siege/siege_page_visit.hpp"
#include "cli/siege/siege_revalidation.hpp"
#include "cli/siege/siege_shard.hpp"
#include "core/random.hpp"
#include "load/cookie_jar.hpp"
#include "load/user_script.hpp"

namespace holdfast::cli {

/// One user of a siege: logs in, then asks for its URLs one after the other, with everything that an answer makes it
/// do before the next: redirects, authentication, the resources of a page. Each of these exchanges is a transaction of
/// its own, as siege counts. Belongs to its shard's thread; the shard outlives it.
class siege_user final : public load::user_script {
 public:
  siege_user(siege_shard& shard, std::uint64_t number);

  load::next_move next(time_point now) override;
  load::judgement on_answer(load::answer const& reply, load::attempt_times const& times) override;
  void on_failure(load::outcome reason, std::string_view detail, load::attempt_times const& times) override;

 private:
  siege_settings const& settings() const { return shard_.settings(); }

  bool choose_next();
  void begin(prepared_siege_request const& request);
  void go_on_with(siege_request request);
  load::attempt send(time_point now);
  load::answer_wants wanted() const;

  bool count(load::answer const& reply, load::attempt_times const& times);
  void show(load::answer const& reply, load::attempt_times const& times);
  void take_cookies(load::answer const& reply, time_point now);

  /// Each decides on one kind of follow-up; true when the current exchange goes on.
  bool follow_redirect(load::answer const& reply, time_point now);
  bool authenticate(load::answer const& reply, time_point now);
  bool ask_for_permission(load::answer const& reply);
  void read_page_of(load::answer const& reply);

  siege_auth_session& session_with(net::origin const& server);

  siege_shard& shard_;
  std::uint64_t number_;
  random_engine random_;
  siege_url_order order_;
  load::cookie_jar jar_;
  revalidation_memory known_answers_;
  siege_page_visit page_;
  std::vector<std::pair<net::origin, siege_auth_session>> sessions_;
  siege_auth_session proxy_session_;

  prepared_siege_request const* current_ = nullptr;    ///< what is under way; nullptr: choose anew
  std::unique_ptr<prepared_siege_request> own_;        ///< current_, unless it is one of the shard's
  std::optional<prepared_siege_request> interrupted_;  ///< to be tried again after the auth-url
  std::string bytes_;
  std::uint64_t url_id_ = 0;  ///< of the line in the URL file that all this is done for
  std::uint32_t hops_ = 0;
  std::uint32_t tries_ = 0;  ///< of current_, for authentication
  bool asked_permission_ = false;
  bool is_conditional_ = false;
  bool has_logged_in_ = false;
  bool has_paused_ = false;
  bool has_complained_of_auth_ = false;
};

}  // namespace holdfast::cli
