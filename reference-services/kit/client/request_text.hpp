#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "kit/client/service_client.hpp"

namespace holdfast::kit {

/// The call as bytes of HTTP/1.1, with correlation and trace fields (X-Correlation-Id, traceparent, tracestate,
/// baggage) of its cause. Nothing when method or target could not stand in a request line.
std::optional<std::string> request_text(call const& what, std::string_view host);

/// Whether sending it a second time changes nothing more than sending it once (RFC 9110, 9.2.2), or the callee knows
/// it again by its key.
bool may_be_repeated(call const& what);

}  // namespace holdfast::kit
