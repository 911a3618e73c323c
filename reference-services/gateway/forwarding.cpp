#include "gateway/forwarding.hpp"

#include <algorithm>
#include <array>

#include "net/http_text.hpp"

namespace holdfast::gateway {
namespace {

using net::equals_ignoring_case;

constexpr std::array<std::string_view, 10> of_one_connection{
    "connection", "keep-alive",        "proxy-connection", "proxy-authenticate", "proxy-authorization", "te",
    "trailer",    "transfer-encoding", "upgrade",          "content-length"};

bool is_one_of(std::string_view name, auto const& lower_names) {
  return std::ranges::any_of(lower_names, [&](auto const& each) { return equals_ignoring_case(name, each); });
}

std::vector<std::string> named_by_connection(fields const& from) {
  std::vector<std::string> names;
  for (auto const& each : from) {
    if (!equals_ignoring_case(each.name, "connection")) continue;
    for (std::string_view rest = each.value; !rest.empty();) {
      std::string name{net::take_list_element(rest)};
      std::ranges::transform(name, name.begin(), net::ascii_lower);
      if (!name.empty() && name != "host") names.push_back(std::move(name));
    }
  }
  return names;
}

/// Behind all that is there: several fields of one name are one list, in their order (RFC 9110, 5.3). Who reads the
/// list from its end must not take for ours what the client wrote.
void append_to_list(fields& in, std::string_view name, std::string_view lower_name, std::string_view value) {
  auto const last = std::find_if(in.rbegin(), in.rend(),
                                 [&](kit::header const& each) { return equals_ignoring_case(each.name, lower_name); });
  if (last == in.rend()) {
    in.push_back({std::string{name}, std::string{value}});
  } else {
    last->value.append(", ").append(value);
  }
}

void add_if_absent(fields& to, std::string_view name, std::string_view lower_name, std::string_view value) {
  if (!value.empty() && !value_of(to, lower_name)) to.push_back({std::string{name}, std::string{value}});
}

void remove(fields& from, std::string_view lower_name) {
  std::erase_if(from, [&](kit::header const& each) { return equals_ignoring_case(each.name, lower_name); });
}

bool is_cors_field(std::string_view name) {
  constexpr std::string_view prefix = "access-control-";
  return name.size() > prefix.size() && equals_ignoring_case(name.substr(0, prefix.size()), prefix);
}

}  // namespace

std::optional<std::string_view> value_of(fields const& in, std::string_view lower_name) {
  for (auto const& each : in) {
    if (equals_ignoring_case(each.name, lower_name)) return each.value;
  }
  return std::nullopt;
}

fields end_to_end(fields const& from) {
  auto const named = named_by_connection(from);
  fields kept;
  kept.reserve(from.size() + 6);
  for (auto const& each : from) {
    if (!is_one_of(each.name, of_one_connection) && !is_one_of(each.name, named)) kept.push_back(each);
  }
  return kept;
}

fields fields_for_backend(fields const& from_client, request_origin const& origin) {
  auto to = end_to_end(from_client);
  auto const client_host = std::string{value_of(from_client, "host").value_or("")};
  remove(to, "expect");  // answered by the gateway itself
  remove(to, "x-correlation-id");
  if (origin.host) {
    remove(to, "host");
    to.insert(to.begin(), {"Host", std::string{*origin.host}});
  }
  append_to_list(to, "X-Forwarded-For", "x-forwarded-for", origin.peer_address);
  add_if_absent(to, "X-Forwarded-Proto", "x-forwarded-proto", "http");
  add_if_absent(to, "X-Forwarded-Host", "x-forwarded-host", client_host);
  append_to_list(to, "Via", "via", "1.1 gateway");
  to.push_back({"X-Correlation-Id", std::string{origin.correlation_id}});
  return to;
}

fields fields_for_client(fields const& from_backend, fields const& request, fields const& ours,
                         std::string_view correlation_id) {
  auto to = end_to_end(from_backend);
  if (value_of(request, "origin")) {
    std::erase_if(to, [](kit::header const& each) { return is_cors_field(each.name); });
    add_cors(to, request);
  }
  for (auto const& each : ours) {
    std::string lower{each.name};
    std::ranges::transform(lower, lower.begin(), net::ascii_lower);
    add_if_absent(to, each.name, lower, each.value);
  }
  add_if_absent(to, "X-Correlation-Id", "x-correlation-id", correlation_id);
  append_to_list(to, "Via", "via", "1.1 gateway");
  return to;
}

void add_cors(fields& to, fields const& request) {
  auto const origin = value_of(request, "origin");
  if (!origin) return;
  to.push_back({"Access-Control-Allow-Origin", std::string{*origin}});
  to.push_back({"Access-Control-Allow-Credentials", "true"});
  append_to_list(to, "Vary", "vary", "Origin");
}

std::optional<fields> preflight(std::string_view method, fields const& request) {
  auto const asked_method = value_of(request, "access-control-request-method");
  if (method != "OPTIONS" || !asked_method || !value_of(request, "origin")) return std::nullopt;
  fields answer;
  add_cors(answer, request);
  answer.push_back({"Access-Control-Allow-Methods", std::string{*asked_method}});
  if (auto const asked = value_of(request, "access-control-request-headers")) {
    answer.push_back({"Access-Control-Allow-Headers", std::string{*asked}});
  }
  append_to_list(answer, "Vary", "vary", "Access-Control-Request-Method, Access-Control-Request-Headers");
  return answer;
}

std::string head_text(std::string_view first_line, fields const& all) {
  std::string text;
  text.reserve(512);
  text.append(first_line).append("\r\n");
  for (auto const& each : all) text.append(each.name).append(": ").append(each.value).append("\r\n");
  text.append("\r\n");
  return text;
}

bool may_be_repeated(std::string_view method, fields const& request) {
  constexpr std::array<std::string_view, 4> safe{"GET", "HEAD", "OPTIONS", "TRACE"};
  return std::ranges::find(safe, method) != safe.end() || value_of(request, "idempotency-key");
}

}  // namespace holdfast::gateway
