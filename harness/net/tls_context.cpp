#include "net/tls_context.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <stdexcept>
#include <utility>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "net/tls_session.hpp"

namespace holdfast::net {
namespace {

constexpr std::array<unsigned char, 9> alpn_http1{8, 'h', 't', 't', 'p', '/', '1', '.', '1'};

/// Origins whose session is kept. Redirects can lead to ever new ones, and a session is some KiB.
constexpr std::size_t most_sessions = 1024;

/// Why the last OpenSSL call failed, in its words. Empties the thread's error queue.
std::string openssl_reason() {
  auto const code = ERR_peek_last_error();
  auto const* const text = ERR_reason_error_string(code);
  ERR_clear_error();
  return text == nullptr ? "unknown error" : text;
}

/// Empty when the file can be read.
std::string why_unreadable(std::string const& path) {
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> const file{std::fopen(path.c_str(), "rb"), &std::fclose};
  if (!file) return std::strerror(errno);
  // Directories open, but do not read.
  return std::fgetc(file.get()) == EOF && std::ferror(file.get()) != 0 ? std::strerror(errno) : "";
}

/// Without it, OpenSSL would ask for the passphrase on the terminal.
int no_passphrase(char*, int, int, void*) { return -1; }

int number_of(tls_version version) { return version == tls_version::tls_1_3 ? TLS1_3_VERSION : TLS1_2_VERSION; }

int select_http1(SSL*, unsigned char const** chosen, unsigned char* size, unsigned char const* offered,
                 unsigned int offered_size, void*) {
  unsigned char* found = nullptr;
  if (SSL_select_next_proto(&found, size, alpn_http1.data(), alpn_http1.size(), offered, offered_size) !=
      OPENSSL_NPN_NEGOTIATED) {
    return SSL_TLSEXT_ERR_NOACK;
  }
  *chosen = found;
  return SSL_TLSEXT_ERR_OK;
}

}  // namespace

void tls_context::native_deleter::operator()(ssl_ctx_st* native) const { SSL_CTX_free(native); }
void tls_context::native_deleter::operator()(ssl_session_st* session) const { SSL_SESSION_free(session); }

tls_context::tls_context(ssl_ctx_st* native) : native_{native} {
  if (native == nullptr) throw std::runtime_error{"OpenSSL could not make a context: " + openssl_reason()};
}
tls_context::~tls_context() = default;

/// A copy, because OpenSSL lets a session of TLS 1.3 be resumed once only, and many connections open at a time here.
tls_context::session_pointer tls_context::session_for(origin const& to) const {
  auto const found = sessions_.find(to);
  return session_pointer{found == sessions_.end() ? nullptr : SSL_SESSION_dup(found->second.get())};
}

/// Takes ownership of `session`.
void tls_context::remember(origin const& to, ssl_session_st* session) {
  auto const is_new = !sessions_.contains(to);
  if (is_new && sessions_.size() >= most_sessions) sessions_.erase(sessions_.begin());
  sessions_[to].reset(session);
}

/// Puts a context together and collects what is wrong with the options.
class tls_context_builder {
 public:
  explicit tls_context_builder(SSL_METHOD const* method) : context_{new tls_context{SSL_CTX_new(method)}} {
    // Buffers of idle connections go back: about 34 KiB each, with ten thousand of them.
    SSL_CTX_set_mode(native(), SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_options(native(), SSL_OP_NO_RENEGOTIATION);
    SSL_CTX_set_default_passwd_cb(native(), &no_passphrase);
  }

  SSL_CTX* native() const { return context_->native_.get(); }

  void set_versions(tls_version lowest, tls_version highest) {
    SSL_CTX_set_min_proto_version(native(), number_of(lowest));
    SSL_CTX_set_max_proto_version(native(), number_of(highest));
  }

  void trust(std::string const& ca_file, std::string_view name) {
    if (ca_file.empty()) {
      SSL_CTX_set_default_verify_paths(native());
      return;
    }
    if (!is_readable(ca_file, name)) return;
    if (SSL_CTX_load_verify_file(native(), ca_file.c_str()) == 1) return;
    add(name, ca_file, "no certificate of an authority in this file: " + openssl_reason(),
        "Give a PEM file with \"BEGIN CERTIFICATE\" in it.");
  }

  void need_certificate(std::string const& certificate_file, std::string_view name) {
    if (certificate_file.empty()) add(name, "", "a TLS server needs a certificate", "Give a PEM file with its chain.");
  }

  void use_certificate(std::string const& certificate_file, std::string const& key_file,
                       std::string_view certificate_name, std::string_view key_name) {
    if (certificate_file.empty()) {
      if (key_file.empty()) return;
      add(key_name, key_file, "a private key without a certificate",
          "Give its certificate with " + std::string{certificate_name} + ", or leave the key out.");
      return;
    }
    auto const has_certificate = load_certificate(certificate_file, certificate_name);
    auto const& key = key_file.empty() ? certificate_file : key_file;
    auto const& named = key_file.empty() ? certificate_name : key_name;
    if (load_key(key, named) && has_certificate) check_key(key, named);
  }

  void set_ciphers(std::string_view ciphers, std::string_view name) {
    std::string older;
    std::string tls_1_3;
    for (auto rest = ciphers; !rest.empty();) {
      auto const end = std::min(rest.find(':'), rest.size());
      auto& list = rest.starts_with("TLS_") ? tls_1_3 : older;
      list.append(list.empty() ? "" : ":").append(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    auto const are_known = (older.empty() || SSL_CTX_set_cipher_list(native(), older.c_str()) == 1) &&
                           (tls_1_3.empty() || SSL_CTX_set_ciphersuites(native(), tls_1_3.c_str()) == 1);
    if (are_known) return;
    add(name, ciphers, "no such ciphers: " + openssl_reason(),
        "Write names that \"openssl ciphers\" lists, joined by ':'.");
  }

  result<std::unique_ptr<tls_context>, diagnostics> build() {
    if (!problems_.empty()) return std::move(problems_);
    return std::move(context_);
  }

 private:
  void add(std::string_view field, std::string_view value, std::string problem, std::string fix) {
    problems_.push_back({.field = std::string{field},
                         .value = std::string{value},
                         .problem = std::move(problem),
                         .fix = std::move(fix)});
  }

  bool is_readable(std::string const& path, std::string_view name) {
    auto why = why_unreadable(path);
    if (why.empty()) return true;
    add(name, path, "this file cannot be read: " + why, "Give the path of a PEM file that can be read.");
    return false;
  }

  bool load_certificate(std::string const& path, std::string_view name) {
    if (!is_readable(path, name)) return false;
    if (SSL_CTX_use_certificate_chain_file(native(), path.c_str()) == 1) return true;
    add(name, path, "no certificate in this file: " + openssl_reason(),
        "Give a PEM file with \"BEGIN CERTIFICATE\" in it.");
    return false;
  }

  bool load_key(std::string const& path, std::string_view name) {
    if (!is_readable(path, name)) return false;
    if (SSL_CTX_use_PrivateKey_file(native(), path.c_str(), SSL_FILETYPE_PEM) == 1) return true;
    // A key of another kind than the certificate loaded before fails here already.
    auto const mismatch = ERR_GET_REASON(ERR_peek_last_error()) == X509_R_KEY_TYPE_MISMATCH ||
                          ERR_GET_REASON(ERR_peek_last_error()) == X509_R_KEY_VALUES_MISMATCH;
    add(name, path,
        mismatch ? "this private key does not belong to the certificate"
                 : "no private key without passphrase in this file: " + openssl_reason(),
        "Give a PEM file with the certificate's own \"BEGIN PRIVATE KEY\" in it, not encrypted.");
    return false;
  }

  void check_key(std::string const& path, std::string_view name) {
    if (SSL_CTX_check_private_key(native()) == 1) return;
    ERR_clear_error();
    add(name, path, "this private key does not belong to the certificate",
        "Give the key the certificate was made for.");
  }

  std::unique_ptr<tls_context> context_;
  diagnostics problems_;
};

result<std::unique_ptr<tls_context>, diagnostics> make_tls_context(tls_options const& options,
                                                                   tls_option_names const& names) {
  tls_context_builder builder{TLS_client_method()};
  builder.set_versions(options.min_version, tls_version::tls_1_3);
  auto const verifies = options.verify == peer_verification::on;
  SSL_CTX_set_verify(builder.native(), verifies ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);
  // A file that was given must be right, even where nothing is verified.
  if (verifies || !options.ca_file.empty()) builder.trust(options.ca_file, names.ca_file);
  builder.use_certificate(options.certificate_file, options.key_file, names.certificate_file, names.key_file);
  if (!options.ciphers.empty()) builder.set_ciphers(options.ciphers, names.ciphers);
  SSL_CTX_set_alpn_protos(builder.native(), alpn_http1.data(), alpn_http1.size());
  if (options.resumption == session_resumption::on) {
    SSL_CTX_set_session_cache_mode(builder.native(), SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(builder.native(), &tls_session::on_new_session);
  } else {
    SSL_CTX_set_session_cache_mode(builder.native(), SSL_SESS_CACHE_OFF);
  }
  return builder.build();
}

result<std::unique_ptr<tls_context>, diagnostics> make_tls_server_context(tls_server_options const& options) {
  tls_context_builder builder{TLS_server_method()};
  builder.set_versions(tls_version::tls_1_2, options.max_version);
  builder.need_certificate(options.certificate_file, "--cert");
  builder.use_certificate(options.certificate_file, options.key_file, "--cert", "--key");
  if (!options.client_ca_file.empty()) {
    builder.trust(options.client_ca_file, "--client-ca");
    SSL_CTX_set_verify(builder.native(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  }
  // Tickets carry the sessions, so that the server remembers nothing; a server that verifies must name its context.
  constexpr std::array<unsigned char, 8> context_id{'h', 'o', 'l', 'd', 'f', 'a', 's', 't'};
  SSL_CTX_set_session_id_context(builder.native(), context_id.data(), context_id.size());
  SSL_CTX_set_session_cache_mode(builder.native(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_alpn_select_cb(builder.native(), &select_http1, nullptr);
  return builder.build();
}

}  // namespace holdfast::net
