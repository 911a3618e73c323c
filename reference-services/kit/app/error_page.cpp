#include "kit/app/error_page.hpp"

#include "kit/app/json_text.hpp"
#include "kit/app/time_text.hpp"
#include "kit/http/answer_text.hpp"

namespace holdfast::kit {

namespace {

void append_html(std::string& out, std::string_view text) {
  for (char const c : text) {
    switch (c) {
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '&':
        out += "&amp;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
}

std::string_view message_of(error_facts const& facts) {
  return facts.generation == framework_generation::v2_3 ? std::string_view{} : facts.message;
}

}  // namespace

std::string error_json(error_facts const& facts) {
  std::string out;
  out.reserve(160 + facts.message.size() + facts.path.size());
  out += R"({"timestamp":")";
  append_error_timestamp(out, facts.now, facts.generation);
  out += R"(","status":)";
  append_number(out, facts.status);
  out += R"(,"error":)";
  append_json_string(out, reason_phrase(facts.status));
  out += R"(,"message":)";
  append_json_string(out, message_of(facts));
  out += R"(,"path":)";
  append_json_string(out, facts.path);
  out += '}';
  return out;
}

std::string error_html(error_facts const& facts) {
  std::string out = "<html><body><h1>Whitelabel Error Page</h1><p>There was an unexpected error (type=";
  out += reason_phrase(facts.status);
  out += ", status=";
  append_number(out, facts.status);
  out += ").</p>";
  if (auto const message = message_of(facts); !message.empty()) {
    out += "<p>";
    append_html(out, message);
    out += "</p>";
  }
  out += "</body></html>";
  return out;
}

response error_response(error_facts const& facts, std::optional<std::string_view> accept) {
  response answer;
  answer.status = facts.status;
  if (wants_html(accept)) {
    answer.content_type = "text/html;charset=UTF-8";
    answer.body = error_html(facts);
  } else {
    answer.content_type = content_type_of(document_form::json, facts.generation);
    answer.body = error_json(facts);
  }
  return answer;
}

response error_response(framework_generation generation, request const& asked, unsigned status,
                        std::string_view message) {
  return error_response({.generation = generation,
                         .status = status,
                         .message = message,
                         .path = asked.path,
                         .now = clock_seam::wall_now()},
                        asked.header_value("accept"));
}

}  // namespace holdfast::kit
