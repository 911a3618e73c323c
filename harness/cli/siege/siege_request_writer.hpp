#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/siege/siege_settings.hpp"
#include "cli/siege/siege_urls.hpp"

namespace holdfast::cli {

/// A request in bytes, but for the fields that may differ from one time to the next: those stand between the two.
struct siege_wire_request {
  std::string first;  ///< request line and Host
  std::string rest;   ///< Accept, ..., the empty line and the body
};

/// Values of the fields that differ; empty ones are left out.
struct siege_varying_fields {
  std::string_view authorization;
  std::string_view proxy_authorization;
  std::string_view cookie;
  std::string_view if_modified_since;
  std::string_view if_none_match;
};

/// Writes requests as siege does: the same fields in the same order. -H adds fields, also ones that are there already;
/// only its Host replaces ours.
class siege_request_writer {
 public:
  explicit siege_request_writer(siege_settings const& settings);

  siege_wire_request prepare(siege_request const& request) const;

  /// The whole request in `out`, whose memory is used again.
  static void assemble(std::string& out, siege_wire_request const& prepared, siege_varying_fields const& fields);

 private:
  /// Not for https: the proxy hands the bytes on unread.
  bool speaks_to_proxy(net::url const& where) const;

  std::string common_;  ///< the fields that all requests have
  std::string content_type_;
  std::string_view protocol_;
  bool has_host_ = false;
  bool through_proxy_ = false;
};

}  // namespace holdfast::cli
