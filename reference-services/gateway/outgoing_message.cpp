#include "gateway/outgoing_message.hpp"

#include <array>
#include <charconv>
#include <string_view>

namespace holdfast::gateway {
namespace {

constexpr std::size_t most_kept_bytes = 16 * 1024;

void empty(std::string& text) {
  if (text.capacity() > most_kept_bytes) {
    std::string{}.swap(text);
  } else {
    text.clear();
  }
}

}  // namespace

outgoing_message::pieces outgoing_message::next(bool is_last) {
  namespace asio = boost::asio;
  if (framing != body_framing::chunked) return {asio::buffer(head), asio::buffer(body), asio::const_buffer{}};
  std::string_view behind = is_last ? "0\r\n\r\n" : "";
  if (!body.empty()) {
    std::array<char, 16> digits{};
    auto const end = std::to_chars(digits.data(), digits.data() + digits.size(), body.size(), 16).ptr;
    head.append(digits.data(), end).append("\r\n");
    behind = is_last ? "\r\n0\r\n\r\n" : "\r\n";
  }
  return {asio::buffer(head), asio::buffer(body), asio::const_buffer{behind.data(), behind.size()}};
}

void outgoing_message::written() {
  head.clear();
  body.clear();
}

void outgoing_message::clear() {
  empty(head);
  empty(body);
  framing = body_framing::none;
}

}  // namespace holdfast::gateway
