#include "kit/client/request_text.hpp"

#include <array>

#include "net/http_text.hpp"

namespace holdfast::kit {
namespace {

constexpr std::array<std::string_view, 3> passed_on{"traceparent", "tracestate", "baggage"};

bool is_clean(std::string_view text) {
  return net::find_control(text.data(), text.data() + text.size()) == text.data() + text.size();
}

void add_field(std::string& to, std::string_view name, std::string_view value) {
  // A value with a line break would smuggle in a field of its own.
  if (value.empty() || !is_clean(value)) return;
  to.append(name).append(": ").append(value).append("\r\n");
}

void add_cause(std::string& to, request const& cause) {
  add_field(to, "X-Correlation-Id", cause.correlation_id);
  for (auto const& field : cause.headers) {
    for (auto const name : passed_on) {
      if (net::equals_ignoring_case(field.name, name)) add_field(to, name, field.value);
    }
  }
}

bool has_body_by_method(std::string_view method) { return method == "POST" || method == "PUT" || method == "PATCH"; }

}  // namespace

std::optional<std::string> request_text(call const& what, std::string_view host) {
  auto const target_is_usable =
      what.target.starts_with('/') && is_clean(what.target) && what.target.find(' ') == std::string::npos;
  if (!net::is_token(what.method) || !target_is_usable) return std::nullopt;
  std::string text;
  text.reserve(256 + what.target.size() + what.body.size());
  text.append(what.method).append(" ").append(what.target).append(" HTTP/1.1\r\n");
  add_field(text, "Host", host);
  add_field(text, "Accept", "application/json, */*");
  add_field(text, "Idempotency-Key", what.idempotency_key);
  if (what.cause != nullptr) add_cause(text, *what.cause);
  if (!what.body.empty()) add_field(text, "Content-Type", what.content_type);
  if (!what.body.empty() || has_body_by_method(what.method)) {
    add_field(text, "Content-Length", std::to_string(what.body.size()));
  }
  text.append("\r\n").append(what.body);
  return text;
}

bool may_be_repeated(call const& what) {
  if (!what.idempotency_key.empty()) return true;
  for (auto const* const method : {"GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"}) {
    if (what.method == method) return true;
  }
  return false;
}

}  // namespace holdfast::kit
