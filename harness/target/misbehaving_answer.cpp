#include <algorithm>
#include <utility>

#include "core/units.hpp"
#include "target/message_head.hpp"
#include "target/special_answer.hpp"

namespace holdfast::target {
namespace {

constexpr std::uint64_t huge_length = 10'000'000'000;
constexpr std::size_t huge_header_bytes = 1024 * 1024;
constexpr int bomb_headers = 10'000;
// Small enough that a whole ordinary answer goes out byte by byte within a minute or so.
constexpr std::uint64_t paced_body_bytes = 1024;
constexpr nanoseconds default_pause = std::chrono::milliseconds{1};
constexpr nanoseconds longest_pause = std::chrono::hours{1};

/// `?pause=20ms` in the path, else the default; nothing when that is no pause.
std::optional<nanoseconds> pause_of(path_match const& path, nanoseconds otherwise) {
  auto const text = query_value(path.query, "pause");
  if (text.empty()) return otherwise;
  auto const given = parse_duration(text);
  if (!given || *given == nanoseconds{0} || *given > longest_pause) return std::nullopt;
  return *given;
}

answer wrong_pause(request const& to) {
  return plain_answer(to, 400, "text/plain", "Expected a pause above zero, e.g. ?pause=20ms.\n");
}

/// An ordinary answer in text, with at most a KiB of body, so that head and body agree.
std::string short_answer(request const& to) {
  message_head head{200, to.after};
  head.field("Content-Type", "text/plain").field("Content-Length", paced_body_bytes);
  return head.text() + (to.is_head() ? std::string{} : std::string{filler(0, paced_body_bytes)});
}

answer slow_header(request const& to, path_match const& path) {
  auto const pause = pause_of(path, std::chrono::milliseconds{50});
  if (!pause) return wrong_pause(to);
  auto const text = short_answer(to);
  auto const head_bytes = text.find("\r\n\r\n") + 4;
  constexpr std::size_t piece = 8;
  return {.status = 200,
          .steps = {send_paced{text.substr(0, head_bytes), piece, *pause}, send_text{text.substr(head_bytes)}},
          .end = ending_of(to)};
}

answer byte_by_byte(request const& to, path_match const& path) {
  auto const pause = pause_of(path, default_pause);
  if (!pause) return wrong_pause(to);
  return {.status = 200, .steps = {send_paced{short_answer(to), 1, *pause}}, .end = ending_of(to)};
}

answer truncated(default_answer const& ordinary) {
  // A head that promises twice of what comes; at least one byte is missing.
  auto const bytes = std::max<std::uint64_t>(ordinary.body_bytes(), 2);
  message_head head{200, persistence::persistent};
  head.field("Content-Type", "text/plain").field("Content-Length", bytes);
  return {.status = 0, .steps = {send_text{head.text()}, send_filler{bytes / 2}}, .end = ending::close};
}

answer garbage() {
  std::string bytes = "\x16\x03\x01garbage, not HTTP\r\n";
  for (int i = 0; i < 256; ++i) bytes.push_back(static_cast<char>(i));
  return {.status = 0, .steps = {send_text{bytes + "\r\n\r\n"}}, .end = ending::close};
}

answer huge_header(request const& to) {
  message_head head{200, to.after};
  head.field("X-Huge", std::string(huge_header_bytes, 'h')).field("Content-Length", 0);
  return {.status = 200, .steps = {send_text{head.text()}}, .end = ending_of(to)};
}

answer header_bomb(request const& to) {
  message_head head{200, to.after};
  for (int i = 0; i < bomb_headers; ++i) head.field("X-Bomb", "tick");
  head.field("Content-Length", 0);
  return {.status = 200, .steps = {send_text{head.text()}}, .end = ending_of(to)};
}

answer endless_header() {
  std::string lines;
  while (lines.size() < 32 * 1024) lines += "X-Endless: and so on and so on and so on and so on and so on\r\n";
  return {
      .status = 0, .steps = {send_fixed{"HTTP/1.1 200 OK\r\n"}, send_forever{std::move(lines)}}, .end = ending::close};
}

answer endless_chunks() {
  message_head head{200, persistence::persistent};
  head.field("Content-Type", "text/plain").field("Transfer-Encoding", "chunked");
  auto chunk = "8000\r\n" + std::string{filler(0, 0x8000)} + "\r\n";
  return {.status = 0, .steps = {send_text{head.text()}, send_forever{std::move(chunk)}}, .end = ending::close};
}

answer too_long() {
  message_head head{200, persistence::persistent};
  head.field("Content-Type", "text/plain").field("Content-Length", huge_length);
  // Whoever reads on gets all of it.
  return {.status = 200, .steps = {send_text{head.text()}, send_filler{huge_length}}, .end = ending::close};
}

answer nul_bytes() {
  using namespace std::string_literals;
  message_head head{200, persistence::persistent};
  head.field("X-Nul", "a\0b"s).field("Content-Length", 4);
  return {.status = 0, .steps = {send_text{head.text() + "a\0b\0"s}}, .end = ending::close};
}

answer close_after(request const& to, path_match const& path, request_context const& context) {
  auto const most = parse_count(path.argument);
  if (!most) return plain_answer(to, 400, "text/plain", "Expected /close-after/ and a number of answers.\n");
  if (*most == 0) return {.status = 0, .steps = {}, .end = ending::close};
  auto made = context.ordinary.steps(to);
  if (context.answers_before + 1 >= *most) made.end = ending::close;  // unannounced
  return made;
}

}  // namespace

answer misbehaving_answer(request const& head, path_match const& path, request_context const& context) {
  switch (path.kind) {
    case path_kind::reset:
      return {.status = 0, .steps = {}, .end = ending::reset};
    case path_kind::silence:
      return {.status = 0, .steps = {}, .end = ending::stall};
    case path_kind::truncated:
      return truncated(context.ordinary);
    case path_kind::slow_header:
      return slow_header(head, path);
    case path_kind::byte_by_byte:
      return byte_by_byte(head, path);
    case path_kind::garbage:
      return garbage();
    case path_kind::huge_header:
      return huge_header(head);
    case path_kind::header_bomb:
      return header_bomb(head);
    case path_kind::endless_header:
      return endless_header();
    case path_kind::endless_chunks:
      return endless_chunks();
    case path_kind::huge_length:
      return too_long();
    case path_kind::nul_bytes:
      return nul_bytes();
    case path_kind::close_after:
      return close_after(head, path, context);
    default:
      return context.ordinary.steps(head);
  }
}

}  // namespace holdfast::target
