#include "target/default_answer.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "target/message_head.hpp"

namespace holdfast::target {
namespace {

// Small answers go out in one send from memory that all connections share.
constexpr std::uint64_t small_limit = 64 * 1024;
constexpr std::uint64_t chunk_bytes = 16 * 1024;

std::string filler_text(std::uint64_t bytes) {
  std::string text;
  text.reserve(bytes);
  while (text.size() < bytes) text += filler(text.size(), bytes - text.size());
  return text;
}

std::string chunked_text(std::uint64_t bytes) {
  std::string text;
  for (std::uint64_t done = 0; done < bytes;) {
    auto const size = std::min(chunk_bytes, bytes - done);
    text += fmt::format("{:x}\r\n{}\r\n", size, filler(done, size));
    done += size;
  }
  return text + "0\r\n\r\n";
}

}  // namespace

default_answer::default_answer(answer_settings settings)
    : settings_{std::move(settings)}, is_small_{settings_.body_bytes <= small_limit} {
  for (auto const after : {persistence::persistent, persistence::keep_alive_10, persistence::close}) {
    auto& [whole, head_only] = rendered_[index_of(after)];
    head_only = head(after);
    whole = head_only + (is_small_ ? small_body() : std::string{});
  }
}

bool default_answer::has_body() const { return settings_.status != 204 && settings_.status != 304; }

std::string default_answer::head(persistence after) const {
  message_head text{settings_.status, after};
  if (has_body()) text.field("Content-Type", settings_.content_type);
  for (auto const& [name, value] : settings_.headers) text.field(name, value);
  if (has_body() && settings_.chunked) text.field("Transfer-Encoding", "chunked");
  if (has_body() && !settings_.chunked) text.field("Content-Length", settings_.body_bytes);
  return text.text();
}

std::string default_answer::small_body() const {
  if (!has_body()) return {};
  return settings_.chunked ? chunked_text(settings_.body_bytes) : filler_text(settings_.body_bytes);
}

answer default_answer::steps(request const& to) const {
  answer made{.status = settings_.status, .end = to.after == persistence::close ? ending::close : ending::keep};
  if (auto const all = ready(to)) {
    made.steps.push_back(send_fixed{*all});
    return made;
  }
  made.steps.push_back(send_fixed{rendered_[index_of(to.after)][1]});
  if (has_body()) add_body(made.steps);
  return made;
}

void default_answer::add_body(std::vector<step>& steps) const {
  if (!settings_.chunked) {
    steps.push_back(send_filler{settings_.body_bytes});
    return;
  }
  // One chunk for all of it: the steps stay few however long the body is.
  steps.push_back(send_text{fmt::format("{:x}\r\n", settings_.body_bytes)});
  steps.push_back(send_filler{settings_.body_bytes});
  steps.push_back(send_fixed{"\r\n0\r\n\r\n"});
}

}  // namespace holdfast::target
