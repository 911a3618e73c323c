#include "kit/http/request_target.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

#include "net/http_text.hpp"

namespace holdfast::kit {
namespace {

/// Length of the sequence that a lead byte begins; 0 for bytes that begin none.
std::size_t sequence_length(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead <= 0xdf) return 2;
  if (lead >= 0xe0 && lead <= 0xef) return 3;
  if (lead >= 0xf0 && lead <= 0xf4) return 4;
  return 0;
}

/// Bounds of the second byte, which rule out overlong forms, surrogates and what is beyond U+10FFFF.
std::pair<unsigned char, unsigned char> second_byte_range(unsigned char lead) {
  switch (lead) {
    case 0xe0:
      return {0xa0, 0xbf};
    case 0xed:
      return {0x80, 0x9f};
    case 0xf0:
      return {0x90, 0xbf};
    case 0xf4:
      return {0x80, 0x8f};
    default:
      return {0x80, 0xbf};
  }
}

bool has_dot_part(std::string_view path) {
  for (std::size_t at = path.find("/."); at != std::string_view::npos; at = path.find("/.", at + 1)) {
    auto const part = path.substr(at + 1, path.find('/', at + 1) - at - 1);
    if (part == "." || part == "..") return true;
  }
  return false;
}

bool is_refused_in_path(char c) { return net::is_control(c) || c == '\\'; }

bool has_encoded_slash(std::string_view raw) {
  for (std::size_t at = raw.find("%2"); at != std::string_view::npos; at = raw.find("%2", at + 1)) {
    if (at + 2 < raw.size() && net::ascii_lower(raw[at + 2]) == 'f') return true;
  }
  return false;
}

bool read_path(std::string_view raw, std::string& into) {
  into.clear();
  if (raw.find('%') == std::string_view::npos) {
    into.append(raw);
  } else if (has_encoded_slash(raw) || !append_decoded(raw, false, into)) {
    return false;
  }
  return std::none_of(into.begin(), into.end(), is_refused_in_path) && !has_dot_part(into) && is_valid_utf8(into);
}

bool read_text_of_query(std::string_view raw, std::string& into) {
  return append_decoded(raw, true, into) && into.find('\0') == std::string::npos && is_valid_utf8(into);
}

bool read_query(std::string_view raw, std::vector<std::pair<std::string, std::string>>& into) {
  into.clear();
  while (!raw.empty()) {
    auto const end = std::min(raw.find('&'), raw.size());
    auto const pair = raw.substr(0, end);
    raw.remove_prefix(std::min(end + 1, raw.size()));
    if (pair.empty()) continue;
    if (into.size() == most_query_parameters) return false;
    auto& [name, value] = into.emplace_back();
    auto const equals = std::min(pair.find('='), pair.size());
    if (!read_text_of_query(pair.substr(0, equals), name)) return false;
    if (equals < pair.size() && !read_text_of_query(pair.substr(equals + 1), value)) return false;
  }
  return true;
}

/// Takes "http://host:port" off the front of an absolute URL.
bool take_authority(std::string_view& target, std::string& host) {
  constexpr std::string_view scheme = "http://";
  if (!net::equals_ignoring_case(target.substr(0, scheme.size()), scheme)) return false;
  target.remove_prefix(scheme.size());
  auto const authority = target.substr(0, target.find_first_of("/?"));
  if (authority.empty() || !is_valid_host(authority)) return false;
  host = authority;
  target.remove_prefix(authority.size());
  return true;
}

}  // namespace

bool is_valid_utf8(std::string_view text) {
  auto const byte = [text](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  for (std::size_t at = 0; at < text.size();) {
    auto const length = sequence_length(byte(at));
    if (length == 0 || text.size() - at < length) return false;
    if (length > 1) {
      auto const [low, high] = second_byte_range(byte(at));
      if (byte(at + 1) < low || byte(at + 1) > high) return false;
    }
    for (std::size_t more = 2; more < length; ++more) {
      if ((byte(at + more) & 0xc0U) != 0x80U) return false;
    }
    at += length;
  }
  return true;
}

bool append_decoded(std::string_view text, bool plus_is_blank, std::string& to) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    auto const c = text[at];
    if (c == '%') {
      if (text.size() - at < 3) return false;
      auto const high = net::hex_digit_value(text[at + 1]);
      auto const low = net::hex_digit_value(text[at + 2]);
      if (!high || !low) return false;
      to += static_cast<char>(*high << 4 | *low);
      at += 2;
    } else {
      to += c == '+' && plus_is_blank ? ' ' : c;
    }
  }
  return true;
}

bool is_valid_host(std::string_view host) {
  constexpr std::string_view others = "-._~:[]";
  return host.size() <= 300 && std::all_of(host.begin(), host.end(), [others](char c) {
           auto const lower = net::ascii_lower(c);
           return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || others.find(c) != std::string_view::npos;
         });
}

bool read_target(std::string_view target, request& into) {
  if (target == "*") {
    into.path = target;
    into.query.clear();
    return into.method == "OPTIONS";
  }
  bool const is_absolute = !target.starts_with('/');
  if (is_absolute && !take_authority(target, into.host)) return false;
  auto const path_end = std::min(target.find('?'), target.size());
  auto path = target.substr(0, path_end);
  if (path.empty()) path = "/";
  if (path.find('#') != std::string_view::npos) return false;
  return read_path(path, into.path) && read_query(target.substr(std::min(path_end + 1, target.size())), into.query);
}

}  // namespace holdfast::kit
