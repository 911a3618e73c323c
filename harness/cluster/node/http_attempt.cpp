#include <algorithm>
#include <array>

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>

#include "cluster/node/tcp_attempt.hpp"
#include "net/percent_encoding.hpp"
#include "net/response_scanner.hpp"
#include "net/tls_session.hpp"
#include "net/url.hpp"

namespace holdfast::cluster {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

constexpr int most_redirects = 10;  // as Go's client

bool same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    auto const lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return lower(x) == lower(y);
  });
}

bool can_stand_in_a_header(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

bool is_redirect(std::uint16_t status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

/// One GET with the redirects that it follows. Each hop is a connection of its own.
class http_get_attempt final : public tcp_attempt {
 public:
  http_get_attempt(asio::any_io_executor const& executor, http_get_action action, std::string user_agent,
                   net::tls_context& tls, handler_callback on_result, std::size_t most_output)
      : tcp_attempt{executor, std::move(on_result)},
        action_{std::move(action)},
        user_agent_{std::move(user_agent)},
        tls_{tls},
        scanner_{net::scan_limits{.kept_body_bytes = most_output}},
        most_output_{most_output} {
    at_.to.scheme = action_.scheme == http_get_action::protocol::https ? net::url_scheme::https : net::url_scheme::http;
    at_.to.host = action_.host;
    at_.to.port = action_.port;
    auto const path = action_.path.starts_with('/') ? action_.path : '/' + action_.path;
    at_.target = net::escape_target(path);
  }

 private:
  void begin() override {
    for (auto const& [name, value] : action_.headers) {
      if (name.empty() || !can_stand_in_a_header(name) || !can_stand_in_a_header(value)) {
        return tell(handler_outcome::not_run, fmt::format("header \"{}\" cannot be sent", name));
      }
    }
    hop();
  }

  void hop() {
    progress_ = "connect";
    connect(at_.to.host, at_.to.port);
  }

  std::string url() const { return net::to_string(at_); }
  std::string connect_failure(std::string const& why) const override {
    return failed_get(fmt::format("dial tcp {}: {}", host_and_port(at_.to.host, at_.to.port), why));
  }
  std::string failed_get(std::string const& why) const { return fmt::format("Get \"{}\": {}", url(), why); }
  std::string timeout_message() const override {
    if (progress_ == "connect") return connect_failure("i/o timeout");
    return failed_get(fmt::format("context deadline exceeded (Client.Timeout exceeded while {})", progress_));
  }

  void connected() override {
    scanner_.start(net::body_rule::by_headers, net::retain::fields_and_body);
    progress_ = "awaiting headers";
    session_ = at_.to.scheme == net::url_scheme::https ? net::tls_session::start(tls_, at_.to) : nullptr;
    outgoing_ = session_ ? std::string{} : request();
    if (session_) return shake_hands();
    send_then_read();
  }

  std::string request() const {
    std::string lines;
    bool has_host = false, has_agent = false, has_accept = false;
    for (auto const& [name, value] : action_.headers) {
      has_host = has_host || same_name(name, "Host");
      has_agent = has_agent || same_name(name, "User-Agent");
      has_accept = has_accept || same_name(name, "Accept");
      if (value.empty() && (same_name(name, "User-Agent") || same_name(name, "Accept")))
        continue;  // asked to be left out
      lines += name + ": " + value + "\r\n";
    }
    if (!has_host) lines = "Host: " + net::host_header(at_.to) + "\r\n" + lines;
    if (!has_agent) lines += "User-Agent: " + user_agent_ + "\r\n";
    if (!has_accept) lines += "Accept: */*\r\n";
    return "GET " + at_.target + " HTTP/1.1\r\n" + lines + "Connection: close\r\n\r\n";
  }

  void shake_hands() {
    auto const step = session_->handshake_step();
    if (step.state == net::tls_handshake::failed) {
      return tell(handler_outcome::failure, failed_get("tls: " + step.problem));
    }
    if (step.state == net::tls_handshake::done && !has_asked_) {
      has_asked_ = true;
      auto const text = request();
      session_->write({text.data(), text.size()});
    }
    send_then_read();
  }

  void send_then_read() {
    if (session_) {
      outgoing_ = session_->output();
      session_->consume_output();
    }
    if (outgoing_.empty()) return read();
    asio::async_write(socket_, asio::buffer(outgoing_), [weak = weak_from_this()](error_code ec, std::size_t) {
      auto const self = std::static_pointer_cast<http_get_attempt>(weak.lock());
      if (!self || self->is_over()) return;
      // A server may answer and close before it has read all: what it said still counts.
      (void)ec;
      self->read();
    });
  }

  void read() {
    socket_.async_read_some(asio::buffer(incoming_), [weak = weak_from_this()](error_code ec, std::size_t count) {
      auto const self = std::static_pointer_cast<http_get_attempt>(weak.lock());
      if (self && !self->is_over()) self->on_bytes(ec, {self->incoming_.data(), count});
    });
  }

  void on_bytes(error_code ec, std::span<char const> bytes) {
    if (ec) {
      bool const is_whole = ec == asio::error::eof && scanner_.finish();
      return is_whole ? judge() : tell(handler_outcome::failure, failed_get(in_go_words(ec)));
    }
    if (!session_) return take(bytes) ? read() : void();
    session_->feed(bytes);
    if (!has_asked_) return shake_hands();
    std::array<char, 4096> plain;
    for (;;) {
      auto const got = session_->read(plain);
      if (got.state == net::tls_read::data) {
        if (!take({plain.data(), got.bytes})) return;
      } else if (got.state == net::tls_read::would_block) {
        return read();
      } else {
        bool const is_whole = got.state == net::tls_read::closed && scanner_.finish();
        return is_whole ? judge()
                        : tell(handler_outcome::failure, failed_get(got.problem.empty() ? "EOF" : got.problem));
      }
    }
  }

  /// True when more is needed.
  bool take(std::span<char const> bytes) {
    scanner_.feed(bytes);
    if (scanner_.state() == net::scan_state::in_body) progress_ = "reading body";
    if (scanner_.state() == net::scan_state::malformed) {
      tell(handler_outcome::failure, failed_get(fmt::format("malformed HTTP response: {}", scanner_.problem())));
      return false;
    }
    if (scanner_.state() == net::scan_state::complete || scanner_.body_bytes() > most_output_) {
      judge();
      return false;
    }
    return true;
  }

  void judge() {
    auto const status = scanner_.head().status;
    if (is_redirect(status)) return redirect();
    if (status >= 200 && status < 300) return tell(handler_outcome::success, std::string{scanner_.body()});
    if (status >= 300 && status < 400) return not_followed();
    tell(handler_outcome::failure, fmt::format("HTTP probe failed with statuscode: {}", status));
  }

  void not_followed() {
    tell(handler_outcome::success_with_warning,
         fmt::format("Probe terminated redirects, Response body: {}", scanner_.body()));
  }

  void redirect() {
    std::string location;
    for (auto const& field : scanner_.fields()) {
      if (same_name(field.name, "Location")) location = field.value;
    }
    if (location.empty()) return not_followed();
    auto next = net::resolve_reference(at_, location);
    if (!next) {
      return tell(handler_outcome::failure, failed_get(fmt::format("failed to parse Location header \"{}\": {}",
                                                                   location, next.error().problem)));
    }
    if (next->to.host != action_.host) return not_followed();
    if (++redirects_ >= most_redirects) {
      return tell(handler_outcome::failure, failed_get(fmt::format("stopped after {} redirects", most_redirects)));
    }
    at_ = std::move(*next);
    session_.reset();
    has_asked_ = false;
    hop();
  }

  http_get_action action_;
  std::string user_agent_;
  net::tls_context& tls_;
  net::url at_;
  net::response_scanner scanner_;
  std::size_t most_output_;
  std::unique_ptr<net::tls_session> session_;
  std::string outgoing_;
  std::array<char, 4096> incoming_{};
  std::string_view progress_;
  int redirects_ = 0;
  bool has_asked_ = false;
};

}  // namespace

std::unique_ptr<running_handler> start_http_get(asio::any_io_executor const& executor, http_get_action const& action,
                                                std::string const& user_agent, net::tls_context& tls, nanoseconds limit,
                                                handler_callback on_result, std::size_t most_output) {
  auto attempt =
      std::make_shared<http_get_attempt>(executor, action, user_agent, tls, std::move(on_result), most_output);
  attempt->start(limit);
  return std::make_unique<attempt_handle<tcp_attempt>>(std::move(attempt));
}

}  // namespace holdfast::cluster
