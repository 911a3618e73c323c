#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "load/user_script.hpp"
#include "net/url.hpp"

namespace holdfast::load {

/// 301, 302, 303, 307 or 308.
bool is_redirect(std::uint16_t status);

/// Where a redirect leads, and what has to change on the way.
struct redirect_step {
  net::url to;
  std::string method;
  bool keeps_body = true;
};

/// Follows RFC 9110, 15.4, as browsers do: 303 turns everything but HEAD into GET, 301 and 302 turn POST into GET, 307
/// and 308 change nothing.
/// @param sent  the request that was answered, as it went over the wire
/// @return nothing when the answer is final (no redirect, or none with a Location); else the step, or why it cannot be
///         taken
std::optional<result<redirect_step, std::string>> next_redirect(answer const& reply, std::string_view sent,
                                                                net::origin const& from);

/// The request `sent` as it has to be sent to `step.to`. Authorization and Cookie lines stay when the origin is the
/// same; to another origin no credentials go. What describes a body goes with the body.
/// @param cookies  the value of the Cookie line in place of the one that is there, "" for none; nothing: keep it
std::string redirected_request(std::string_view sent, net::origin const& from, redirect_step const& step,
                               std::optional<std::string_view> cookies);

/// The target in a request line.
std::string_view target_of(std::string_view request);

}  // namespace holdfast::load
