#include "cli/siege/siege_urls.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "cli/siege/siege_text.hpp"
#include "cli/siege/siege_values.hpp"
#include "net/http_text.hpp"
#include "net/percent_encoding.hpp"

namespace holdfast::cli {
namespace {

constexpr std::array<std::string_view, 7> methods{"POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "GET"};

struct line_error {
  std::string value;
  std::string problem;
  std::string fix;
};

/// "URL METHOD rest" taken apart; without a method all of it is the URL.
struct line_parts {
  std::string_view url;
  std::string_view method = "GET";
  std::string_view rest;
};

line_parts parts_of(std::string_view line) {
  for (auto blank = line.find_first_of(" \t"); blank != std::string_view::npos;
       blank = line.find_first_of(" \t", blank + 1)) {
    auto const after = line.substr(blank + 1);
    auto const word = after.substr(0, after.find_first_of(" \t"));
    if (std::find(methods.begin(), methods.end(), word) != methods.end()) {
      return {net::trimmed(line.substr(0, blank)), word, net::trimmed(after.substr(word.size()))};
    }
  }
  return {.url = line};
}

/// Everything from the path on escaped.
std::string with_escaped_target(std::string_view url) {
  auto const scheme = url.find("://");
  auto const authority = scheme == std::string_view::npos ? 0 : scheme + 3;
  auto const target = url.find_first_of("/?", authority);
  if (target == std::string_view::npos) return std::string{url};
  return std::string{url.substr(0, target)} + net::escape_target(url.substr(target));
}

result<net::url, line_error> parse_place(std::string_view text, bool escape) {
  auto const colon = text.find("://");
  auto const scheme = colon == std::string_view::npos ? std::string_view{} : text.substr(0, colon);
  if (net::equals_ignoring_case(scheme, "ftp")) {
    return line_error{std::string{text}, "FTP is not supported",
                      "Write an http:// or https:// URL; use siege itself for FTP."};
  }
  auto place = net::parse_url(escape ? with_escaped_target(text) : std::string{text});
  if (!place) return line_error{std::string{text}, place.error().problem, place.error().fix};
  return std::move(*place);
}

class line_reader {
 public:
  explicit line_reader(siege_url_rules const& rules) : rules_{rules}, variables_{rules.variables} {}

  /// Whether the line defines a variable: then it has been taken in.
  result<bool, line_error> define(std::string_view line) {
    auto const equals = line.find('=');
    auto const name = net::trimmed(line.substr(0, equals));
    if (equals == std::string_view::npos || !is_name(name)) return false;
    auto value = expand(net::trimmed(line.substr(equals + 1)));
    if (!value) return value.error();
    variables_.insert_or_assign(std::string{name}, std::move(*value));
    return true;
  }

  result<siege_request, line_error> request(std::string_view line) const {
    auto const text = expand(line);
    if (!text) return text.error();
    auto const parts = parts_of(*text);
    siege_request out;
    auto place = parse_place(parts.url, rules_.escape);
    if (!place) return place.error();
    out.where = std::move(*place);
    out.method = parts.method;
    if (!out.has_body()) {
      if (parts.rest.empty()) return out;
      return line_error{std::string{parts.rest}, fmt::format("{} has no body", out.method),
                        "Leave the text after the method out, or write POST."};
    }
    if (auto const read = read_body(parts.rest, out); !read) return read.error();
    return out;
  }

 private:
  static bool is_name(std::string_view text) {
    auto const is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
    return !text.empty() && is_letter(text.front()) && std::all_of(text.begin(), text.end(), [&](char c) {
      return is_letter(c) || (c >= '0' && c <= '9') || c == '-';
    });
  }

  result<std::string, line_error> expand(std::string_view text) const {
    auto expanded = expand_variables(text, [this](std::string_view name) -> std::optional<std::string> {
      auto const own = variables_.find(name);
      if (own != variables_.end()) return own->second;
      return rules_.environment.variable(name);
    });
    if (expanded.undefined.empty()) return {boost::system::in_place_value, std::move(expanded.text)};
    return line_error{
        expanded.undefined, "this variable has no value",
        fmt::format("Define it on a line above (\"{} = ...\") or in the environment.", expanded.undefined)};
  }

  result<void, line_error> read_body(std::string_view rest, siege_request& out) const {
    if (rest.starts_with("-T ") || rest.starts_with("-T\t")) {
      auto const end = rest.find(';');
      if (end == std::string_view::npos) {
        return line_error{std::string{rest}, "the type after -T does not end",
                          "Write e.g. -T application/json; {...}."};
      }
      out.content_type = net::trimmed(rest.substr(3, end - 3));
      if (auto const valid = parse_siege_field_value(out.content_type); !valid) {
        return line_error{out.content_type, valid.error().problem, valid.error().fix};
      }
      rest = net::trimmed(rest.substr(end + 1));
    }
    if (!rest.starts_with('<')) {
      out.body = rest;
      return {};
    }
    std::string const path{net::trimmed(rest.substr(1))};
    auto content = rules_.environment.read_file(path);
    if (!content) {
      return line_error{path, "the file of the body cannot be read: " + content.error().message(),
                        "Name a file that exists, relative to the folder you start from."};
    }
    out.body = std::move(*content);
    if (out.content_type.empty()) out.content_type = content_type_of_extension(path);
    return {};
  }

  siege_url_rules const& rules_;
  siege_variables variables_;
};

diagnostic located(line_error const& error, std::string const& file, std::uint32_t line, std::string field) {
  return {file, line, std::move(field), error.value, error.problem, error.fix};
}

}  // namespace

std::string_view content_type_of_extension(std::string_view path) {
  struct known {
    std::string_view extension, type;
  };
  // The media types of IANA's registry for what people send.
  constexpr std::array types{known{"json", "application/json"},
                             known{"xml", "application/xml"},
                             known{"txt", "text/plain"},
                             known{"html", "text/html"},
                             known{"htm", "text/html"},
                             known{"css", "text/css"},
                             known{"csv", "text/csv"},
                             known{"js", "text/javascript"},
                             known{"yaml", "application/yaml"},
                             known{"yml", "application/yaml"},
                             known{"pdf", "application/pdf"},
                             known{"zip", "application/zip"},
                             known{"gz", "application/gzip"},
                             known{"tar", "application/x-tar"},
                             known{"png", "image/png"},
                             known{"jpg", "image/jpeg"},
                             known{"jpeg", "image/jpeg"},
                             known{"gif", "image/gif"},
                             known{"svg", "image/svg+xml"},
                             known{"webp", "image/webp"},
                             known{"mp3", "audio/mpeg"},
                             known{"mp4", "video/mp4"},
                             known{"bin", "application/octet-stream"}};
  auto const name = path.substr(path.find_last_of('/') + 1);
  auto const dot = name.find_last_of('.');
  if (dot == std::string_view::npos) return {};
  auto const match = std::find_if(types.begin(), types.end(), [&](known const& type) {
    return net::equals_ignoring_case(name.substr(dot + 1), type.extension);
  });
  return match == types.end() ? std::string_view{} : match->type;
}

result<std::vector<siege_request>, diagnostics> parse_siege_urls(std::string_view text, std::string const& file,
                                                                 siege_url_rules const& rules) {
  std::vector<siege_request> requests;
  diagnostics problems;
  line_reader reader{rules};
  for_each_line(text, [&](std::uint32_t number, std::string_view line) {
    if (line.size() > longest_siege_url_line) {
      problems.push_back({file, number, "", "",
                          fmt::format("the line has {} bytes, more than {}", line.size(), longest_siege_url_line),
                          "Put the body into a file and write URL POST <file."});
      return;
    }
    line = net::trimmed(line.starts_with('#') ? std::string_view{} : line);
    // A body may hold " #", as in markdown; only what stands before a method can carry a comment.
    if (parts_of(line).rest.empty()) line = net::trimmed(without_comment(line));
    if (line.empty()) return;
    auto const defined = reader.define(line);
    if (!defined) return problems.push_back(located(defined.error(), file, number, ""));
    if (*defined) return;
    auto request = reader.request(line);
    if (!request) return problems.push_back(located(request.error(), file, number, ""));
    requests.push_back(std::move(*request));
  });
  if (problems.empty() && requests.empty()) {
    problems.push_back({file, 0, "", "", "there is no URL in this file", "Write one URL a line."});
  }
  if (!problems.empty()) return problems;
  return requests;
}

result<siege_request, diagnostic> parse_siege_url(std::string_view text, std::string const& source,
                                                  std::string const& field, siege_url_rules const& rules) {
  auto request = line_reader{rules}.request(net::trimmed(text));
  if (!request) return located(request.error(), source, 0, field);
  return std::move(*request);
}

}  // namespace holdfast::cli
