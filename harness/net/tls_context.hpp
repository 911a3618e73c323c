#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "core/diagnostic.hpp"
#include "core/result.hpp"
#include "net/origin.hpp"

struct ssl_ctx_st;
struct ssl_session_st;

namespace holdfast::net {

enum class tls_version : std::uint8_t { tls_1_2, tls_1_3 };
enum class peer_verification : std::uint8_t { on, off };
enum class session_resumption : std::uint8_t { on, off };

/// How a client speaks TLS. Files are PEM.
struct tls_options {
  peer_verification verify = peer_verification::on;  ///< certificate chain, validity and name of the server
  std::string ca_file;           ///< trust these authorities alone; empty: those of the operating system
  std::string certificate_file;  ///< client certificate with its chain; empty: none
  std::string key_file;          ///< its private key; empty: it is in certificate_file
  std::string ciphers;           ///< names joined by ':', those of TLS 1.3 too ("TLS_..."); empty: OpenSSL's choice
  tls_version min_version = tls_version::tls_1_2;
  session_resumption resumption = session_resumption::on;
};

/// How a user calls these options: what diagnostics name.
struct tls_option_names {
  std::string_view ca_file = "--cacert";
  std::string_view certificate_file = "--cert";
  std::string_view key_file = "--key";
  std::string_view ciphers = "--ciphers";
};

struct tls_server_options {
  std::string certificate_file;
  std::string key_file;        ///< empty: it is in certificate_file
  std::string client_ca_file;  ///< when not empty, clients must show a certificate of one of these authorities
  tls_version max_version = tls_version::tls_1_3;
};

/// What many TLS sessions share: trust, own certificate, ciphers and the client's cache of sessions to resume. Outlives
/// its sessions. One a shard; used by its thread only.
class tls_context {
 public:
  tls_context(tls_context const&) = delete;
  tls_context& operator=(tls_context const&) = delete;
  ~tls_context();

  std::size_t resumable_sessions() const { return sessions_.size(); }  ///< origins with a session to resume

 private:
  friend class tls_session;
  friend class tls_context_builder;
  struct native_deleter {
    void operator()(ssl_ctx_st* native) const;
    void operator()(ssl_session_st* session) const;
  };
  explicit tls_context(ssl_ctx_st* native);
  using session_pointer = std::unique_ptr<ssl_session_st, native_deleter>;
  session_pointer session_for(origin const& to) const;
  void remember(origin const& to, ssl_session_st* session);

  std::unique_ptr<ssl_ctx_st, native_deleter> native_;
  std::map<origin, session_pointer> sessions_;
};

/// @return  every file that cannot be read, is not what it should be or does not fit the others, named as `names` says.
result<std::unique_ptr<tls_context>, diagnostics> make_tls_context(tls_options const& options,
                                                                   tls_option_names const& names = {});

/// The server side, for tests and for our own target: certificate, resumption by tickets, "http/1.1" chosen by ALPN.
result<std::unique_ptr<tls_context>, diagnostics> make_tls_server_context(tls_server_options const& options);

}  // namespace holdfast::net
