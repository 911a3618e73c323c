#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/siege/siege_settings.hpp"
#include "core/random.hpp"
#include "net/url.hpp"

namespace holdfast::cli {

enum class auth_scheme : std::uint8_t { basic, digest, ntlm, other };

/// What a server asks for in WWW-Authenticate or Proxy-Authenticate (RFC 9110, 11.6.1).
struct auth_challenge {
  auth_scheme scheme = auth_scheme::other;
  std::string realm;
  std::string nonce;
  std::string opaque;
  std::string algorithm;  ///< as it came; empty: MD5
  bool has_qop = false;
  bool allows_qop_auth = false;
};

/// All challenges of one field value. Anything may stand in it: what cannot be understood is left out.
std::vector<auth_challenge> parse_auth_challenges(std::string_view field);

/// What a Digest answer is computed from, besides the challenge (RFC 7616, 3.4).
struct digest_input {
  std::string_view user, password, method, target, cnonce;
  std::uint32_t nonce_count = 1;
};

/// The value of Authorization; nothing when the challenge wants an algorithm other than MD5, MD5-sess, SHA-256 and
/// SHA-256-sess, or a qop other than "auth".
std::optional<std::string> digest_authorization(auth_challenge const& challenge, digest_input const& input);

/// The value of Authorization for Basic (RFC 7617).
std::string basic_authorization(std::string_view user, std::string_view password);

/// Why a challenge cannot be met.
enum class auth_refusal : std::uint8_t { none, no_login, unsupported_scheme };

/// Authentication of one user with one server or proxy: once asked, it answers all further requests unasked.
class siege_auth_session {
 public:
  /// Takes the challenges and the first login whose realm fits.
  auth_refusal challenge(std::vector<auth_challenge> const& offered, std::vector<siege_login> const& logins,
                         std::optional<net::credentials> const& of_url, random_engine& random);

  /// The value for the next request; empty when nobody has asked yet.
  std::string authorization(std::string_view method, std::string_view target);

 private:
  std::optional<auth_challenge> challenge_;
  std::string user_, password_, cnonce_;
  std::uint32_t nonce_count_ = 0;
};

}  // namespace holdfast::cli
