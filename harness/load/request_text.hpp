#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "load/text_template.hpp"

namespace holdfast::load {

enum class http_version : std::uint8_t { http_1_0, http_1_1 };
enum class connection_use : std::uint8_t { keep_alive, close };

struct header_line {
  std::string name;
  text_template value;
};

/// What is known of a request before it is sent. A Host, User-Agent, Accept, Authorization or Connection among the
/// headers takes the place of ours.
struct request_outline {
  std::string method = "GET";
  text_template target = text_template::literal("/");
  std::string host;  ///< as in the Host header
  std::vector<header_line> headers;
  http_version version = http_version::http_1_1;
  connection_use connection = connection_use::keep_alive;
};

/// The head's lines, each with its line end, without Content-Length and the empty line: the part that can be compiled.
text_template compile_head(request_outline const& outline);

/// "Name: value" and a line end.
void append_header(std::string& out, std::string_view name, std::string_view value);

/// Content-Length, for a body or for a method that is expected to have one, and the empty line.
void append_end_of_head(std::string& out, std::string_view method, std::optional<std::size_t> body_bytes);

/// The whole request, for an outline without placeholders.
std::string plain_request(request_outline const& outline, std::optional<std::string_view> body = std::nullopt);

/// Whether the connection ends with this request: by its use, or by a Connection header among the headers.
bool closes_connection(request_outline const& outline);

/// "Basic dXNlcjpwYXNz" (RFC 7617): the value of an Authorization header.
void append_basic_credentials(std::string& out, std::string_view user, std::string_view password);

/// What a user wrote cannot be sent as it is: why, and what to write.
struct request_problem {
  std::string problem;
  std::string fix;
};

std::optional<request_problem> method_problem(std::string_view method);
/// "/path?query", or "*". Nothing that ends or splits the request line.
std::optional<request_problem> target_problem(std::string_view target);
/// The name of a header that a user may set: a token, and not one that describes the body's length.
std::optional<request_problem> header_name_problem(std::string_view name);
/// No line breaks and other control characters.
std::optional<request_problem> header_value_problem(std::string_view value);

}  // namespace holdfast::load
