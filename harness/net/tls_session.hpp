#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "net/origin.hpp"
#include "net/tls_context.hpp"

struct ssl_st;

namespace holdfast::net {

enum class tls_handshake : std::uint8_t { needs_more, done, failed };
enum class tls_read : std::uint8_t { data, would_block, closed, failed };

struct tls_handshake_step {
  tls_handshake state = tls_handshake::needs_more;
  std::string problem;  ///< why it failed: "the certificate is refused: certificate has expired"
};

struct tls_read_result {
  tls_read state = tls_read::would_block;
  std::size_t bytes = 0;  ///< above 0 exactly for tls_read::data
  std::string problem;    ///< why it failed
};

/// One TLS connection as a transformer of bytes, apart from any socket: cipher bytes of the peer go in by feed(), what
/// is to be sent to the peer comes out by output(). After each step that may produce output (handshake_step, read,
/// write, close) send what is there. Used by its context's thread only; outlived by its context.
class tls_session {
 public:
  /// The client's side for a connection to `to`: server name indication unless its host is an address, verification of
  /// the name or address as the context demands, resumption of the last session with the same origin.
  static std::unique_ptr<tls_session> start(tls_context& context, origin const& to);

  static std::unique_ptr<tls_session> start_server(tls_context& context);

  tls_session(tls_session const&) = delete;
  tls_session& operator=(tls_session const&) = delete;
  ~tls_session();

  /// Cipher bytes from the peer. Copied; handshake_step() and read() use them.
  void feed(std::span<char const> cipher);

  /// Goes on with the handshake as far as the fed bytes allow. After a failure the output may hold an alert to send.
  tls_handshake_step handshake_step();

  /// Encrypts `plain` into the output. False when the handshake is not done or the session has failed.
  bool write(std::span<char const> plain);

  /// Decrypts into `plain`, which must not be empty. `closed`: the peer said that nothing more comes.
  tls_read_result read(std::span<char> plain);

  /// Says to the peer that nothing more comes.
  void close();

  /// Cipher bytes still to be sent. Valid until any other call.
  std::string_view output() const { return {output_.data() + output_sent_, output_.size() - output_sent_}; }
  /// The first `count` bytes of output() have been sent.
  void consume_output(std::size_t count);
  /// All of it has been sent.
  void consume_output() { consume_output(output_.size() - output_sent_); }

  bool resumed() const;               ///< the handshake took up an earlier session
  std::string_view protocol() const;  ///< "TLSv1.3"
  std::string_view cipher() const;    ///< "TLS_AES_256_GCM_SHA384"; empty before the handshake
  std::string_view alpn() const;      ///< "http/1.1"; empty when nothing was agreed

 private:
  friend class tls_context_builder;
  friend struct session_bio;
  friend result<std::unique_ptr<tls_context>, diagnostics> make_tls_context(tls_options const&,
                                                                            tls_option_names const&);
  tls_session(tls_context& context, origin const& to);

  void expect_peer(origin const& to);
  std::string failure_reason() const;
  static int on_new_session(ssl_st* native, ssl_session_st* session);

  tls_context& context_;
  origin origin_;
  ssl_st* native_;
  std::vector<char> input_;
  std::size_t input_used_ = 0;
  std::vector<char> output_;
  std::size_t output_sent_ = 0;
  bool has_failed_ = false;
};

}  // namespace holdfast::net
