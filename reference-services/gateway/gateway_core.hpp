#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "gateway/backend.hpp"
#include "gateway/forwarding.hpp"
#include "gateway/settings.hpp"
#include "gateway/stream.hpp"
#include "kit/app/line_log.hpp"
#include "kit/app/request_metrics.hpp"
#include "kit/http/message.hpp"

namespace holdfast::gateway {

class session;

/// What the sessions of a gateway share. On the context's thread.
struct gateway_core {
  gateway_core(boost::asio::io_context& of, settings told);

  boost::asio::io_context& context;
  settings config;
  deadline_sweep sweep;
  std::vector<std::unique_ptr<backend>> backends;  ///< as in config.routes.backends()
  fields ours;                                     ///< for every answer: Date, X-Instance, X-Version
  std::string ours_text;                           ///< the same as lines
  kit::line_log lines;
  kit::request_metrics requests;
  std::uint64_t cut_answers = 0;  ///< begun and not brought to their end
  std::list<session*> open;
  boost::asio::steady_timer emptied;  ///< cancelled when the last session is gone
  std::size_t in_flight = 0;
  bool is_draining = false;

  /// Date changes each second.
  void renew_date();
  /// One line of a kind other than a request. @param more  further members as JSON, each with a comma in front
  void log(std::string_view event, std::string_view more = {});

 private:
  std::chrono::sys_seconds dated_{};
};

/// The gateway's own paths: health, liveness, readiness, metrics. Nothing for all others.
std::optional<kit::response> own_answer(gateway_core const& core, kit::request const& asked);

}  // namespace holdfast::gateway
