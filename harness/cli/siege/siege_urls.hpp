#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/siege/siege_environment.hpp"
#include "cli/siege/siege_resource_file.hpp"
#include "core/diagnostic.hpp"
#include "core/result.hpp"
#include "net/url.hpp"

namespace holdfast::cli {

/// A request as a line of the URL file or the URL argument describes it.
struct siege_request {
  net::url where;
  std::string method = "GET";
  std::string body;
  std::string content_type;  ///< of the body: from -T in the line, else from the body file's extension, else empty

  bool has_body() const { return method != "GET" && method != "HEAD"; }
};

/// What URL lines are read with.
struct siege_url_rules {
  siege_environment environment;
  siege_variables variables;  ///< of the resource file
  bool escape = true;         ///< url-escaping: blanks and what else may not stand in a request line become %XX
};

/// Longest line of a URL file, as siege has it; it drops longer ones silently.
inline constexpr std::size_t longest_siege_url_line = 40'000;

/// Reads a URL file: "URL", "URL METHOD", "URL METHOD body", "URL METHOD <file", "URL METHOD -T type; body",
/// "NAME = value" for variables, "# comment". All problems at once, with file and line; a file without a URL is one.
result<std::vector<siege_request>, diagnostics> parse_siege_urls(std::string_view text, std::string const& file,
                                                                 siege_url_rules const& rules);

/// The same for one URL that comes from `field` of `source` ("command line", "URL").
result<siege_request, diagnostic> parse_siege_url(std::string_view text, std::string const& source,
                                                  std::string const& field, siege_url_rules const& rules);

/// The Content-Type that a file's extension stands for, or an empty text.
std::string_view content_type_of_extension(std::string_view path);

}  // namespace holdfast::cli
