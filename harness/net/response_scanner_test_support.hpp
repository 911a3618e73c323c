#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "net/response_scanner.hpp"

namespace holdfast::net {

/// Everything a scan found out, so that two scans can be compared.
struct scan_result {
  scan_state state = scan_state::need_head;
  bool finished = false;  ///< finish() after the last byte
  std::size_t taken = 0;
  response_head head;
  std::uint64_t body_bytes = 0;
  std::string reason;
  std::string fields;
  std::string body;
  std::string problem;
};

inline scan_result scan(std::string const& bytes, std::size_t piece, body_rule rule = body_rule::by_headers,
                        scan_limits const& limits = {}) {
  response_scanner scanner{limits};
  scanner.start(rule, retain::fields_and_body);
  scan_result found;
  while (found.taken < bytes.size() && scanner.state() < scan_state::complete) {
    auto const size = std::min(piece, bytes.size() - found.taken);
    found.taken += scanner.feed(std::span{bytes}.subspan(found.taken, size));
  }
  found.finished = scanner.finish();
  found.state = scanner.state();
  found.head = scanner.head();
  found.body_bytes = scanner.body_bytes();
  found.reason = scanner.reason();
  for (auto const& field : scanner.fields())
    found.fields += std::string{field.name}.append("=").append(field.value) + ';';
  found.body = scanner.body();
  found.problem = scanner.problem();
  return found;
}

inline scan_result scan_whole(std::string const& bytes, body_rule rule = body_rule::by_headers) {
  return scan(bytes, bytes.size(), rule);
}

}  // namespace holdfast::net
