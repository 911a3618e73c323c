#include "load/redirect.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "load/answer_view.hpp"
#include "load/request_text.hpp"
#include "net/http_text.hpp"

namespace holdfast::load {
namespace {

std::string_view method_of(std::string_view request) { return request.substr(0, request.find(' ')); }

std::string_view method_after(std::uint16_t status, std::string_view method) {
  if (status == 303 && method != "HEAD") return "GET";
  if ((status == 301 || status == 302) && method == "POST") return "GET";
  return method;
}

struct line_filter {
  bool same_origin;
  bool keeps_body;
  bool replaces_cookies;

  bool keeps(std::string_view name) const {
    auto const is = [name](std::string_view lower) { return net::equals_ignoring_case(name, lower); };
    if (is("host") || is("content-length")) return false;  // written anew
    if (is("cookie")) return same_origin && !replaces_cookies;
    if (is("authorization") || is("proxy-authorization")) return same_origin;
    return keeps_body || !is("content-type");
  }
};

}  // namespace

bool is_redirect(std::uint16_t status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

std::string_view target_of(std::string_view request) {
  auto const start = std::min(request.find(' '), request.size() - 1) + 1;
  return request.substr(start, request.find(' ', start) - start);
}

std::optional<result<redirect_step, std::string>> next_redirect(answer const& reply, std::string_view sent,
                                                                net::origin const& from) {
  using step_or_reason = result<redirect_step, std::string>;
  if (!is_redirect(reply.status)) return std::nullopt;
  auto const location = header_of(reply, "location");
  if (!location) return std::nullopt;
  auto to = net::resolve_reference({.to = from, .target = std::string{target_of(sent)}}, *location);
  if (!to) {
    return step_or_reason{fmt::format("redirected to \"{}\": {}", location->substr(0, 80), to.error().problem)};
  }
  auto const method = method_of(sent);
  auto const next_method = method_after(reply.status, method);
  return step_or_reason{
      redirect_step{.to = std::move(*to), .method = std::string{next_method}, .keeps_body = next_method == method}};
}

std::string redirected_request(std::string_view sent, net::origin const& from, redirect_step const& step,
                               std::optional<std::string_view> cookies) {
  line_filter const filter{from == step.to.to, step.keeps_body, cookies.has_value()};
  auto const head_end = std::min(sent.find("\r\n\r\n"), sent.size());
  auto rest = sent.substr(0, head_end);
  auto const first_line = rest.substr(0, rest.find("\r\n"));
  auto const version = first_line.substr(first_line.rfind(' ') + 1);
  auto out = fmt::format("{} {} {}\r\n", step.method, step.to.target, version);
  append_header(out, "Host", net::host_header(step.to.to));
  while (rest.find("\r\n") != std::string_view::npos) {
    rest.remove_prefix(rest.find("\r\n") + 2);
    auto const line = rest.substr(0, rest.find("\r\n"));
    if (filter.keeps(line.substr(0, line.find(':')))) out.append(line).append("\r\n");
  }
  if (cookies && !cookies->empty()) append_header(out, "Cookie", *cookies);
  auto const body = step.keeps_body ? sent.substr(std::min(head_end + 4, sent.size())) : std::string_view{};
  append_end_of_head(out, step.method, body.empty() ? std::nullopt : std::optional{body.size()});
  return out.append(body);
}

}  // namespace holdfast::load
