#include "cli/siege/siege_request_writer.hpp"

#include <fmt/format.h>

#include "net/http_text.hpp"

namespace holdfast::cli {
namespace {

/// "http://host:port/target": a proxy is told the port even when it is the usual one, as siege does.
std::string absolute_target(net::url const& where) {
  auto const is_v6 = where.to.host.find(':') != std::string::npos;
  return fmt::format("http://{}{}{}:{}{}", is_v6 ? "[" : "", where.to.host, is_v6 ? "]" : "", where.to.port,
                     where.target);
}

}  // namespace

siege_request_writer::siege_request_writer(siege_settings const& settings)
    : content_type_{settings.content_type.empty() ? "application/x-www-form-urlencoded" : settings.content_type},
      protocol_{settings.protocol == siege_protocol::http_1_1 ? "HTTP/1.1" : "HTTP/1.0"},
      through_proxy_{!settings.proxy_host.empty()} {
  common_ = fmt::format("Accept: */*\r\nAccept-Encoding: {}\r\nUser-Agent: {}\r\n", settings.accept_encoding,
                        settings.user_agent);
  for (auto const& header : settings.headers) {
    has_host_ = has_host_ || net::equals_ignoring_case(std::string_view{header}.substr(0, header.find(':')), "host");
    common_ += header + "\r\n";
  }
  common_ += settings.keep_alive ? "Connection: keep-alive\r\n" : "Connection: close\r\n";
}

bool siege_request_writer::speaks_to_proxy(net::url const& where) const {
  return through_proxy_ && where.to.scheme == net::url_scheme::http;
}

siege_wire_request siege_request_writer::prepare(siege_request const& request) const {
  siege_wire_request out;
  out.first =
      fmt::format("{} {} {}\r\n", request.method,
                  speaks_to_proxy(request.where) ? absolute_target(request.where) : request.where.target, protocol_);
  if (!has_host_) out.first += fmt::format("Host: {}\r\n", net::host_header(request.where.to));
  out.rest = common_;
  if (request.has_body()) {
    out.rest += fmt::format("Content-Type: {}\r\nContent-Length: {}\r\n",
                            request.content_type.empty() ? content_type_ : request.content_type, request.body.size());
  }
  out.rest += "\r\n";
  if (request.has_body()) out.rest += request.body;
  return out;
}

void siege_request_writer::assemble(std::string& out, siege_wire_request const& prepared,
                                    siege_varying_fields const& fields) {
  auto const put = [&](std::string_view name, std::string_view value) {
    if (value.empty()) return;
    out += name;
    out += ": ";
    out += value;
    out += "\r\n";
  };
  out = prepared.first;
  put("Authorization", fields.authorization);
  put("Proxy-Authorization", fields.proxy_authorization);
  put("Cookie", fields.cookie);
  put("If-Modified-Since", fields.if_modified_since);
  put("If-None-Match", fields.if_none_match);
  out += prepared.rest;
}

}  // namespace holdfast::cli
