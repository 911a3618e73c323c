#include "cli/siege/siege_auth.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <openssl/evp.h>

#include "core/base64.hpp"
#include "net/http_text.hpp"

namespace holdfast::cli {
namespace {

bool is_token(char c) { return net::is_token_char[static_cast<unsigned char>(c)]; }

/// Reads a field of challenges from left to right.
class challenge_reader {
 public:
  explicit challenge_reader(std::string_view text) : text_{text} {}

  std::vector<auth_challenge> run() {
    for (;;) {
      skip(" \t,");
      if (text_.empty()) return std::move(found_);
      auto const word = take_token();
      if (word.empty()) {
        text_.remove_prefix(1);
        continue;
      }
      skip(" \t");
      if (!text_.starts_with('=')) {
        found_.push_back({.scheme = scheme_named(word)});
        continue;
      }
      text_.remove_prefix(1);
      skip(" \t");
      auto const value = take_value();
      if (!found_.empty()) set(found_.back(), word, value);
    }
  }

 private:
  static auth_scheme scheme_named(std::string_view word) {
    if (net::equals_ignoring_case(word, "basic")) return auth_scheme::basic;
    if (net::equals_ignoring_case(word, "digest")) return auth_scheme::digest;
    if (net::equals_ignoring_case(word, "ntlm") || net::equals_ignoring_case(word, "negotiate"))
      return auth_scheme::ntlm;
    return auth_scheme::other;
  }

  static void set(auth_challenge& challenge, std::string_view name, std::string const& value) {
    if (net::equals_ignoring_case(name, "realm")) challenge.realm = value;
    if (net::equals_ignoring_case(name, "nonce")) challenge.nonce = value;
    if (net::equals_ignoring_case(name, "opaque")) challenge.opaque = value;
    if (net::equals_ignoring_case(name, "algorithm")) challenge.algorithm = value;
    if (!net::equals_ignoring_case(name, "qop")) return;
    challenge.has_qop = true;
    for (std::string_view list = value; !list.empty();) {
      challenge.allows_qop_auth |= net::equals_ignoring_case(net::take_list_element(list), "auth");
    }
  }

  void skip(std::string_view what) {
    auto const end = text_.find_first_not_of(what);
    text_.remove_prefix(end == std::string_view::npos ? text_.size() : end);
  }

  std::string_view take_token() {
    auto const end = std::find_if_not(text_.begin(), text_.end(), is_token);
    auto const token = text_.substr(0, static_cast<std::size_t>(end - text_.begin()));
    text_.remove_prefix(token.size());
    return token;
  }

  std::string take_value() {
    if (!text_.starts_with('"')) return std::string{take_token()};
    text_.remove_prefix(1);
    std::string value;
    while (!text_.empty() && text_.front() != '"') {
      if (text_.front() == '\\' && text_.size() > 1) text_.remove_prefix(1);
      value += text_.front();
      text_.remove_prefix(1);
    }
    if (!text_.empty()) text_.remove_prefix(1);
    return value;
  }

  std::string_view text_;
  std::vector<auth_challenge> found_;
};

std::string hex_digest(EVP_MD const* algorithm, std::string const& text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned int length = 0;
  if (EVP_Digest(text.data(), text.size(), bytes.data(), &length, algorithm, nullptr) != 1) return {};
  std::string hex;
  for (unsigned int i = 0; i < length; ++i) hex += fmt::format("{:02x}", bytes[i]);
  return hex;
}

std::string escaped(std::string_view text) {
  std::string out;
  for (auto const c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

bool can_answer(auth_challenge const& challenge) {
  if (challenge.scheme == auth_scheme::basic) return true;
  return challenge.scheme == auth_scheme::digest &&
         digest_authorization(challenge, {.user = "u", .password = "p", .method = "GET", .target = "/", .cnonce = "c"});
}

}  // namespace

std::vector<auth_challenge> parse_auth_challenges(std::string_view field) { return challenge_reader{field}.run(); }

std::string basic_authorization(std::string_view user, std::string_view password) {
  return "Basic " + base64_encode(fmt::format("{}:{}", user, password));
}

std::optional<std::string> digest_authorization(auth_challenge const& challenge, digest_input const& input) {
  auto const& name = challenge.algorithm;
  auto const is_session =
      net::equals_ignoring_case(name, "md5-sess") || net::equals_ignoring_case(name, "sha-256-sess");
  auto const is_sha = net::equals_ignoring_case(name, "sha-256") || net::equals_ignoring_case(name, "sha-256-sess");
  auto const is_md5 =
      name.empty() || net::equals_ignoring_case(name, "md5") || net::equals_ignoring_case(name, "md5-sess");
  if (!is_sha && !is_md5) return std::nullopt;
  if (challenge.has_qop && !challenge.allows_qop_auth) return std::nullopt;
  auto const* const algorithm = is_sha ? EVP_sha256() : EVP_md5();
  auto const count = fmt::format("{:08x}", input.nonce_count);
  auto a1 = hex_digest(algorithm, fmt::format("{}:{}:{}", input.user, challenge.realm, input.password));
  if (is_session) a1 = hex_digest(algorithm, fmt::format("{}:{}:{}", a1, challenge.nonce, input.cnonce));
  auto const a2 = hex_digest(algorithm, fmt::format("{}:{}", input.method, input.target));
  auto const response =
      challenge.has_qop
          ? hex_digest(algorithm, fmt::format("{}:{}:{}:{}:auth:{}", a1, challenge.nonce, count, input.cnonce, a2))
          : hex_digest(algorithm, fmt::format("{}:{}:{}", a1, challenge.nonce, a2));
  if (a1.empty() || a2.empty() || response.empty()) return std::nullopt;  // MD5 is missing under FIPS rules
  auto out = fmt::format(R"(Digest username="{}", realm="{}", nonce="{}", uri="{}")", escaped(input.user),
                         escaped(challenge.realm), escaped(challenge.nonce), input.target);
  if (!name.empty()) out += ", algorithm=" + name;
  out += fmt::format(R"(, response="{}")", response);
  if (!challenge.opaque.empty()) out += fmt::format(R"(, opaque="{}")", escaped(challenge.opaque));
  if (challenge.has_qop) {
    out += fmt::format(R"(, qop=auth, nc={}, cnonce="{}")", count, input.cnonce);
  } else if (is_session) {
    out += fmt::format(R"(, cnonce="{}")", input.cnonce);
  }
  return out;
}

auth_refusal siege_auth_session::challenge(std::vector<auth_challenge> const& offered,
                                           std::vector<siege_login> const& logins,
                                           std::optional<net::credentials> const& of_url, random_engine& random) {
  auto refusal = offered.empty() ? auth_refusal::no_login : auth_refusal::unsupported_scheme;
  // Digest before Basic: it does not give the password away.
  for (auto const wanted : {auth_scheme::digest, auth_scheme::basic}) {
    for (auto const& each : offered) {
      if (each.scheme != wanted || !can_answer(each)) continue;
      refusal = auth_refusal::no_login;
      auto const fits = std::find_if(logins.begin(), logins.end(), [&](siege_login const& login) {
        return login.realm == "any" || login.realm == each.realm;
      });
      if (fits == logins.end() && !of_url) continue;
      user_ = of_url ? of_url->user : fits->user;
      password_ = of_url ? of_url->password : fits->password;
      challenge_ = each;
      nonce_count_ = 0;
      cnonce_ = fmt::format("{:016x}", random());
      return auth_refusal::none;
    }
  }
  return refusal;
}

std::string siege_auth_session::authorization(std::string_view method, std::string_view target) {
  if (!challenge_) return {};
  if (challenge_->scheme == auth_scheme::basic) return basic_authorization(user_, password_);
  auto answer = digest_authorization(*challenge_, {.user = user_,
                                                   .password = password_,
                                                   .method = method,
                                                   .target = target,
                                                   .cnonce = cnonce_,
                                                   .nonce_count = ++nonce_count_});
  return std::move(answer).value_or(std::string{});
}

}  // namespace holdfast::cli
