#include "kit/app/access_log.hpp"

#include "kit/app/json_text.hpp"
#include "kit/app/time_text.hpp"

namespace holdfast::kit {

namespace {

constexpr std::size_t longest_path = 512;  // of a hostile client; a log line stays a line

void append_text(std::string& out, std::string_view name, std::string_view text) {
  out += name;
  append_json_string(out, text.substr(0, longest_path));
}

void append_count(std::string& out, std::string_view name, std::int64_t n) {
  out += name;
  append_number(out, n);
}

}  // namespace

void begin_log_line(std::string& out, wall_time at, std::string_view instance, std::string_view event) {
  out.clear();
  out += R"({"time":")";
  append_log_timestamp(out, at);
  append_text(out, R"(","instance":)", instance);
  append_text(out, R"(,"event":)", event);
}

void write_request_line(std::string& out, wall_time at, std::string_view instance, finished_request const& of) {
  begin_log_line(out, at, instance, "request");
  if (of.asked != nullptr) {
    append_text(out, R"(,"method":)", of.asked->method);
    append_text(out, R"(,"path":)", of.asked->path);
    append_text(out, R"(,"route":)", of.asked->route);
  }
  append_count(out, R"(,"status":)", of.status);
  append_count(out, R"(,"bytes":)", static_cast<std::int64_t>(of.body_bytes));
  append_count(out, R"(,"us":)", of.took.count() / 1000);
  if (of.asked != nullptr) {
    append_text(out, R"(,"correlation":)", of.asked->correlation_id);
    append_text(out, R"(,"peer":)", of.asked->peer);
  }
  out += '}';
}

}  // namespace holdfast::kit
