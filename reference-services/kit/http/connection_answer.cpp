// How a request without a coroutine is answered, and how an answer becomes bytes with the kernel.
#include <algorithm>
#include <stdexcept>
#include <utility>

#include <boost/asio/error.hpp>

#include "kit/http/answer_text.hpp"
#include "kit/http/connection.hpp"

namespace holdfast::kit {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

// Up to here copying a body behind its head is cheaper than sending two pieces.
constexpr std::size_t most_copied_body = 16 * 1024;
constexpr std::size_t most_kept_bytes = 64 * 1024;

}  // namespace

void connection::answer_without_route() {
  auto const& asked = reader_.asked();
  bool const asks_options = asked.method == "OPTIONS" && (!match_.allowed.empty() || asked.path == "*");
  if (asks_options) {
    answer_ = response{};
  } else {
    answer_ = error_answer(match_.allowed.empty() ? 404 : 405);
  }
  if (match_.allowed.empty()) return;
  std::string allowed;
  for (auto const& method : match_.allowed) allowed.append(allowed.empty() ? "" : ", ").append(method);
  answer_.headers.push_back({"Allow", std::move(allowed)});
}

void connection::answer_quickly() {
  if (match_.found == nullptr) {
    answer_without_route();
  } else {
    try {
      if (core_.settings.before_handler) core_.settings.before_handler(reader_.asked());
      answer_ = match_.found->quick(reader_.asked());
    } catch (...) {
      answer_failure(std::current_exception());
    }
  }
  compose();
}

void connection::answer_failure(std::exception_ptr const& failure) {
  tell_failure(&reader_.asked(), failure);
  answer_ = error_answer(500);
}

response connection::error_answer(unsigned status) const {
  response page;
  if (core_.settings.error_page) {
    try {
      page = core_.settings.error_page(asked_if_known(), status);
    } catch (...) {
      page = {};
      tell_failure(asked_if_known(), std::current_exception());
    }
  }
  page.status = status;
  return page;
}

/// Answer to bytes. Whatever a handler made, what is sent is a valid message.
void connection::compose() {
  if (!is_sendable(answer_)) {
    tell_failure(asked_if_known(), std::make_exception_ptr(std::runtime_error{
                                       "the answer has a status outside 200 to 599 or a header that cannot be sent"}));
    auto page = error_answer(500);
    answer_ = is_sendable(page) ? std::move(page) : response{.status = 500};
  }
  bool const refused = reader_.at() == request_reader::progress::refused;
  bool const closes = refused || core_.is_draining || reader_.after() == persistence::close;
  must_close_ = must_close_ || closes;
  out_.clear();
  append_head(answer_, core_.common, closes ? persistence::close : reader_.after(), out_);
  unsent_ = {};
  if (reader_.asked().method == "HEAD" && reader_.has_head()) answer_.body.clear();
  if (!may_have_body(answer_.status)) answer_.body.clear();
  if (answer_.body.size() <= most_copied_body) {
    out_.append(answer_.body);
  } else {
    unsent_[1] = asio::buffer(answer_.body);
  }
  unsent_[0] = asio::buffer(out_);
}

bool connection::write_now() {
  error_code ec;
  std::size_t sent = 0;
  if (unsent_[1].size() == 0) {
    sent = socket_.write_some(asio::const_buffer{unsent_[0]}, ec);
  } else {
    sent = socket_.write_some(unsent_, ec);
  }
  if (ec && ec != asio::error::would_block && ec != asio::error::try_again) {
    cut_off();
    return true;
  }
  for (auto& piece : unsent_) {
    auto const of_piece = std::min(sent, piece.size());
    piece += of_piece;
    sent -= of_piece;
  }
  return unsent_[0].size() + unsent_[1].size() == 0;
}

void connection::finish_answer() {
  read_at_ = clock_seam::now();  // from here on the connection is idle
  auto const* const asked = asked_if_known();
  if (core_.settings.on_finished) {
    core_.settings.on_finished({.asked = asked,
                                .status = answer_.status,
                                .body_bytes = answer_.body.size(),
                                .took = asked != nullptr ? read_at_ - asked->received : nanoseconds{}});
  }
  if (out_.capacity() > most_kept_bytes) out_ = {};
  if (answer_.body.capacity() > most_kept_bytes) answer_.body = {};
}

}  // namespace holdfast::kit
