#include "net/http1_state.hpp"

namespace holdfast::net {

/// The first bytes on a connection through a proxy; the handshake follows when the tunnel stands.
void http1_connection::start_tunnel() {
  tunnel_ = std::make_unique<proxy_tunnel>(origin_, environment_.limits);
  unsent_ = tunnel_->request();
}

void http1_connection::take_tunnel(std::span<char> bytes) {
  bytes = bytes.subspan(tunnel_->feed(bytes));
  if (tunnel_->state() == tunnel_state::asking) return;
  if (tunnel_->state() == tunnel_state::refused) return fail(exchange_failure::connect, tunnel_->problem());
  unsent_ = {};  // an answer before the question was sent whole leaves nothing to say
  tunnel_.reset();
  phase_ = phase::handshaking;
  if (!start_tls() || !flush() || bytes.empty()) return;
  take_cipher(bytes);
}

}  // namespace holdfast::net
