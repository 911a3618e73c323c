#include "target/digest_auth.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <openssl/evp.h>

#include "net/http_text.hpp"
#include "net/percent_encoding.hpp"
#include "target/message_head.hpp"

namespace holdfast::target {
namespace {

constexpr std::string_view realm = "holdfast target";
constexpr std::string_view nonce = "7c1e93ab5d20f846";
constexpr std::string_view opaque = "holdfast";

struct digest_terms {
  std::string_view algorithm = "MD5";
  EVP_MD const* hash = nullptr;
  bool is_session = false;
  bool with_qop = true;
};

std::optional<digest_terms> terms_of(std::string_view query) {
  digest_terms terms;
  if (auto const named = query_value(query, "algorithm"); !named.empty()) terms.algorithm = named;
  auto const is = [&](std::string_view name) { return net::equals_ignoring_case(terms.algorithm, name); };
  terms.is_session = is("md5-sess") || is("sha-256-sess");
  if (is("md5") || is("md5-sess")) terms.hash = EVP_md5();
  if (is("sha-256") || is("sha-256-sess")) terms.hash = EVP_sha256();
  auto const qop = query_value(query, "qop");
  terms.with_qop = qop != "none";
  if (terms.hash == nullptr || !(qop.empty() || qop == "auth" || qop == "none")) return std::nullopt;
  return terms;
}

std::string hex_hash(EVP_MD const* hash, std::string const& text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned int length = 0;
  if (EVP_Digest(text.data(), text.size(), bytes.data(), &length, hash, nullptr) != 1) return {};
  std::string hex;
  for (unsigned int i = 0; i < length; ++i) hex += fmt::format("{:02x}", bytes[i]);
  return hex;
}

/// The parameters of a Digest answer that are looked at; as the peer wrote them.
struct digest_fields {
  std::string username, realm, nonce, uri, response, qop, nc, cnonce;
};

std::string take_value(std::string_view& rest) {
  if (!rest.starts_with('"')) {
    auto const value = rest.substr(0, rest.find(','));
    rest.remove_prefix(value.size());
    return std::string{net::trimmed(value)};
  }
  std::string value;
  for (rest.remove_prefix(1); !rest.empty() && rest.front() != '"'; rest.remove_prefix(1)) {
    if (rest.front() == '\\' && rest.size() > 1) rest.remove_prefix(1);
    value += rest.front();
  }
  if (!rest.empty()) rest.remove_prefix(1);
  return value;
}

std::string* field_named(digest_fields& fields, std::string_view name) {
  struct entry {
    std::string_view name;
    std::string digest_fields::*field;
  };
  constexpr std::array<entry, 8> all{{{"username", &digest_fields::username},
                                      {"realm", &digest_fields::realm},
                                      {"nonce", &digest_fields::nonce},
                                      {"uri", &digest_fields::uri},
                                      {"response", &digest_fields::response},
                                      {"qop", &digest_fields::qop},
                                      {"nc", &digest_fields::nc},
                                      {"cnonce", &digest_fields::cnonce}}};
  for (auto const& each : all) {
    if (net::equals_ignoring_case(name, each.name)) return &(fields.*each.field);
  }
  return nullptr;
}

digest_fields read_fields(std::string_view rest) {
  digest_fields fields;
  while (!rest.empty()) {
    auto const equals = rest.find('=');
    if (equals == std::string_view::npos) break;
    auto const name = net::trimmed(rest.substr(0, equals));
    rest.remove_prefix(equals + 1);
    auto value = take_value(rest);
    if (auto* const field = field_named(fields, name)) *field = std::move(value);
    auto const comma = rest.find(',');
    rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
  }
  return fields;
}

/// RFC 7616, 3.4.1.
std::string expected_response(digest_terms const& terms, digest_fields const& said, std::string_view method,
                              std::string_view password) {
  auto a1 = hex_hash(terms.hash, fmt::format("{}:{}:{}", said.username, realm, password));
  if (terms.is_session) a1 = hex_hash(terms.hash, fmt::format("{}:{}:{}", a1, nonce, said.cnonce));
  auto const a2 = hex_hash(terms.hash, fmt::format("{}:{}", method, said.uri));
  auto const middle = terms.with_qop ? fmt::format("{}:{}:{}:auth", nonce, said.nc, said.cnonce) : std::string{nonce};
  return hex_hash(terms.hash, fmt::format("{}:{}:{}", a1, middle, a2));
}

bool is_accepted(request const& to, digest_terms const& terms, std::string_view user, std::string_view password) {
  constexpr std::string_view scheme = "digest ";
  if (!net::equals_ignoring_case(to.authorization.substr(0, scheme.size()), scheme)) return false;
  auto const said = read_fields(to.authorization.substr(scheme.size()));
  if (said.username != user || said.realm != realm || said.nonce != nonce || said.uri != to.target) return false;
  if (terms.with_qop && (said.qop != "auth" || said.nc.size() != 8 || said.cnonce.empty())) return false;
  auto const expected = expected_response(terms, said, to.method, password);
  return !expected.empty() && said.response == expected;
}

std::string challenge(digest_terms const& terms) {
  return fmt::format("WWW-Authenticate: Digest realm=\"{}\", {}algorithm={}, nonce=\"{}\", opaque=\"{}\"\r\n", realm,
                     terms.with_qop ? "qop=\"auth\", " : "", terms.algorithm, nonce, opaque);
}

}  // namespace

answer digest_auth_answer(request const& to, path_match const& path) {
  auto const slash = path.argument.find('/');
  auto const user = net::percent_decode(path.argument.substr(0, slash));
  auto const password = net::percent_decode(slash == std::string_view::npos ? "" : path.argument.substr(slash + 1));
  auto const terms = terms_of(path.query);
  if (slash == std::string_view::npos || !user || !password || !terms) {
    return plain_answer(to, 400, "text/plain",
                        "Expected /digest-auth/user/password, and of algorithm= MD5, MD5-sess, SHA-256 or "
                        "SHA-256-sess, of qop= auth or none.\n");
  }
  if (is_accepted(to, *terms, *user, *password)) {
    return plain_answer(to, 200, "application/json", "{\"authenticated\":true}\n");
  }
  return plain_answer(to, 401, "application/json", "{\"authenticated\":false}\n", challenge(*terms));
}

}  // namespace holdfast::target
