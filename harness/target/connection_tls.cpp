// TLS below the requests: from cipher bytes to those that connection.cpp reads.
#include "target/connection.hpp"
#include "target/worker.hpp"

namespace holdfast::target {

void connection::take_cipher(std::size_t bytes, time_point now) {
  tls_->feed({cipher_.data(), bytes});
  if (is_shaking_hands_ && !shake_hands()) return;
  decrypt(now);
}

/// True when the handshake is done.
bool connection::shake_hands() {
  auto const shaken = tls_->handshake_step();
  transmit_raw(tls_->output());
  if (!is_open()) return false;
  tls_->consume_output();
  if (shaken.state == net::tls_handshake::failed) close_now();
  is_shaking_hands_ = shaken.state == net::tls_handshake::needs_more;
  return shaken.state == net::tls_handshake::done;
}

void connection::decrypt(time_point now) {
  has_tls_backlog_ = false;
  while (tls_) {
    if (!make_room()) {
      has_tls_backlog_ = true;
      return;
    }
    auto const got = tls_->read({input_.data() + input_end_, input_.size() - input_end_});
    transmit_raw(tls_->output());  // e.g. the answer to a key update
    if (!is_open()) return;
    tls_->consume_output();
    if (got.state == net::tls_read::would_block) return;
    if (got.state == net::tls_read::closed) return on_peer_closed();
    if (got.state == net::tls_read::failed) return close_now();
    input_end_ += got.bytes;
    process(now);
  }
}

}  // namespace holdfast::target
