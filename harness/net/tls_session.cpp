#include "net/tls_session.hpp"

#include <algorithm>
#include <cassert>
#include <stdexcept>

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

namespace holdfast::net {
namespace {

/// Buffers beyond this go back when they are empty: most connections of many are idle.
constexpr std::size_t idle_capacity = std::size_t{4} * 1024;

void drop_front(std::vector<char>& bytes, std::size_t& used, std::size_t count) {
  used += count;
  if (used != bytes.size()) return;
  used = 0;
  bytes.clear();
  if (bytes.capacity() > idle_capacity) std::vector<char>{}.swap(bytes);
}

bool is_address(std::string const& host) {
  in6_addr parsed{};
  return inet_pton(AF_INET, host.c_str(), &parsed) == 1 || inet_pton(AF_INET6, host.c_str(), &parsed) == 1;
}

}  // namespace

/// OpenSSL's view of the session's two buffers.
struct session_bio {
  static tls_session& owner(BIO* bio) { return *static_cast<tls_session*>(BIO_get_data(bio)); }

  static int read(BIO* bio, char* to, int size) {
    BIO_clear_retry_flags(bio);
    auto& session = owner(bio);
    auto const available = session.input_.size() - session.input_used_;
    if (available == 0) {
      BIO_set_retry_read(bio);
      return -1;
    }
    auto const count = std::min(available, static_cast<std::size_t>(size));
    std::copy_n(session.input_.data() + session.input_used_, count, to);
    drop_front(session.input_, session.input_used_, count);
    return static_cast<int>(count);
  }

  static int write(BIO* bio, char const* from, int size) {
    BIO_clear_retry_flags(bio);
    auto& output = owner(bio).output_;
    output.insert(output.end(), from, from + size);
    return size;
  }

  static long control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

  static BIO_METHOD* make_method() {
    auto* const method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "holdfast session");
    if (method == nullptr) throw std::runtime_error{"OpenSSL could not make a BIO method"};
    BIO_meth_set_read(method, &read);
    BIO_meth_set_write(method, &write);
    BIO_meth_set_ctrl(method, &control);
    return method;
  }

  static BIO* make(tls_session& session) {
    static BIO_METHOD* const method = make_method();  // lives as long as the process
    auto* const bio = BIO_new(method);
    if (bio == nullptr) throw std::runtime_error{"OpenSSL could not make a BIO"};
    BIO_set_data(bio, &session);
    BIO_set_init(bio, 1);
    return bio;
  }
};

tls_session::tls_session(tls_context& context, origin const& to)
    : context_{context}, origin_{to}, native_{SSL_new(context.native_.get())} {
  if (native_ == nullptr) throw std::runtime_error{"OpenSSL could not make a session"};
  auto* const bio = session_bio::make(*this);
  SSL_set_bio(native_, bio, bio);
  SSL_set_app_data(native_, this);
}

tls_session::~tls_session() {
  // Otherwise OpenSSL would take a connection cut short for an attack and forbid to resume its session.
  SSL_set_shutdown(native_, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
  SSL_free(native_);
}

std::unique_ptr<tls_session> tls_session::start(tls_context& context, origin const& to) {
  std::unique_ptr<tls_session> session{new tls_session{context, to}};
  SSL_set_connect_state(session->native_);
  session->expect_peer(to);
  if (auto const earlier = context.session_for(to)) SSL_set_session(session->native_, earlier.get());
  return session;
}

std::unique_ptr<tls_session> tls_session::start_server(tls_context& context) {
  std::unique_ptr<tls_session> session{new tls_session{context, origin{}}};
  SSL_set_accept_state(session->native_);
  return session;
}

void tls_session::expect_peer(origin const& to) {
  auto host = to.host.substr(0, to.host.find('%'));  // an address without its zone
  if (host.ends_with('.')) host.pop_back();          // certificates and SNI know no root dot
  if (is_address(host)) {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(native_), host.c_str());
    return;
  }
  SSL_set_hostflags(native_, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  SSL_set1_host(native_, host.c_str());
  SSL_set_tlsext_host_name(native_, host.c_str());
}

/// Called by OpenSSL, for TLS 1.3 with each ticket after the handshake. Returns 1 to take ownership.
int tls_session::on_new_session(ssl_st* native, ssl_session_st* session) {
  auto* const self = static_cast<tls_session*>(SSL_get_app_data(native));
  self->context_.remember(self->origin_, session);
  return 1;
}

void tls_session::feed(std::span<char const> cipher) {
  if (has_failed_) return;  // nobody would ever take it out
  input_.insert(input_.end(), cipher.begin(), cipher.end());
}

tls_handshake_step tls_session::handshake_step() {
  if (has_failed_) return {tls_handshake::failed, "the TLS session has failed before"};
  ERR_clear_error();
  auto const answer = SSL_do_handshake(native_);
  if (answer == 1) return {tls_handshake::done, {}};
  if (SSL_get_error(native_, answer) == SSL_ERROR_WANT_READ) return {tls_handshake::needs_more, {}};
  has_failed_ = true;
  return {tls_handshake::failed, failure_reason()};
}

std::string tls_session::failure_reason() const {
  auto const code = ERR_peek_last_error();
  auto const verdict = SSL_get_verify_result(native_);
  if (ERR_GET_REASON(code) == SSL_R_CERTIFICATE_VERIFY_FAILED && verdict != X509_V_OK) {
    return std::string{"the certificate is refused: "} + X509_verify_cert_error_string(verdict);
  }
  if (ERR_GET_REASON(code) == SSL_R_WRONG_VERSION_NUMBER) return "the peer does not speak TLS";
  auto const* const text = ERR_reason_error_string(code);
  return text == nullptr ? "the peer broke the TLS protocol" : text;
}

bool tls_session::write(std::span<char const> plain) {
  if (has_failed_ || !SSL_is_init_finished(native_)) return false;
  if (plain.empty()) return true;
  ERR_clear_error();
  std::size_t written = 0;
  // The output takes everything, so a write is whole or has failed.
  if (SSL_write_ex(native_, plain.data(), plain.size(), &written) == 1) return true;
  has_failed_ = true;
  return false;
}

tls_read_result tls_session::read(std::span<char> plain) {
  assert(!plain.empty() && "nothing can be read into an empty buffer");
  if (has_failed_) return {tls_read::failed, 0, "the TLS session has failed before"};
  ERR_clear_error();
  std::size_t count = 0;
  if (SSL_read_ex(native_, plain.data(), plain.size(), &count) == 1) return {tls_read::data, count, {}};
  switch (SSL_get_error(native_, 0)) {
    case SSL_ERROR_WANT_READ:
      return {tls_read::would_block, 0, {}};
    case SSL_ERROR_ZERO_RETURN:
      return {tls_read::closed, 0, {}};
    default:
      has_failed_ = true;
      return {tls_read::failed, 0, failure_reason()};
  }
}

void tls_session::close() {
  if (has_failed_ || !SSL_is_init_finished(native_)) return;
  ERR_clear_error();
  SSL_shutdown(native_);
}

void tls_session::consume_output(std::size_t count) {
  assert(count <= output().size() && "more was sent than there was");
  drop_front(output_, output_sent_, count);
}

bool tls_session::resumed() const { return SSL_session_reused(native_) == 1; }

std::string_view tls_session::protocol() const { return SSL_get_version(native_); }

std::string_view tls_session::cipher() const {
  auto const* const chosen = SSL_get_current_cipher(native_);
  return chosen == nullptr ? "" : SSL_CIPHER_get_name(chosen);
}

std::string_view tls_session::alpn() const {
  unsigned char const* name = nullptr;
  unsigned int size = 0;
  SSL_get0_alpn_selected(native_, &name, &size);
  return {static_cast<char const*>(static_cast<void const*>(name)), size};
}

}  // namespace holdfast::net
