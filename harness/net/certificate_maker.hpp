#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace holdfast::net {

/// A certificate and its private key (ECDSA, P-256), both PEM.
struct issued_certificate {
  std::string certificate;
  std::string key;
};

struct certificate_request {
  std::string common_name;
  std::vector<std::string> dns_names;
  std::vector<std::string> addresses;                        ///< IPv4 or IPv6, as text
  bool is_authority = false;                                 ///< may sign other certificates
  std::chrono::seconds valid_from = -std::chrono::hours{1};  ///< relative to now
  std::chrono::seconds valid_until = std::chrono::hours{24 * 30};
};

/// Makes certificates for tests and for a target that was given none. Signed by `issuer`, or by itself when null.
/// @throws std::runtime_error when OpenSSL refuses, e.g. an address that is none or an issuer that is not PEM.
issued_certificate make_certificate(certificate_request const& request, issued_certificate const* issuer = nullptr);

}  // namespace holdfast::net
