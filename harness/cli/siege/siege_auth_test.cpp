#include "cli/siege/siege_auth.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast::cli {
namespace {

using ::testing::HasSubstr;

TEST(AuthChallenges, OfSeveralSchemesAreTakenApart) {
  auto const all = parse_auth_challenges(
      R"(Basic realm="a \"b\"", Digest realm=r, nonce="n", qop="auth-int, auth", opaque="o", algorithm=SHA-256, NTLM)");
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].scheme, auth_scheme::basic);
  EXPECT_EQ(all[0].realm, "a \"b\"");
  EXPECT_EQ(all[1].scheme, auth_scheme::digest);
  EXPECT_EQ(all[1].nonce + all[1].opaque + all[1].algorithm, "noSHA-256");
  EXPECT_TRUE(all[1].has_qop && all[1].allows_qop_auth);
  EXPECT_EQ(all[2].scheme, auth_scheme::ntlm);
}

TEST(AuthChallenges, NonsenseIsHarmless) {
  for (auto const* const text :
       {"", ",,,", "=\"", "Basic realm=\"open", "\"\"\"", "Digest =", "NTLM TlRMTVNT==", "\x01\x02"}) {
    (void)parse_auth_challenges(text);
  }
}

TEST(BasicAuthorization, IsRfc7617s) { EXPECT_EQ(basic_authorization("joe", "pw"), "Basic am9lOnB3"); }

// The example of RFC 7616, 3.9.1.
digest_input const rfc_input{.user = "Mufasa",
                             .password = "Circle of Life",
                             .method = "GET",
                             .target = "/dir/index.html",
                             .cnonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"};
auth_challenge rfc_challenge(std::string algorithm) {
  return {.scheme = auth_scheme::digest,
          .realm = "http-auth@example.org",
          .nonce = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
          .opaque = "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS",
          .algorithm = std::move(algorithm),
          .has_qop = true,
          .allows_qop_auth = true};
}

TEST(DigestAuthorization, MatchesTheExamplesOfRfc7616) {
  EXPECT_THAT(*digest_authorization(rfc_challenge("MD5"), rfc_input),
              HasSubstr("response=\"8ca523f5e9506fed4657c9700eebdbec\""));
  EXPECT_THAT(*digest_authorization(rfc_challenge("SHA-256"), rfc_input),
              HasSubstr("response=\"753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1\""));
}

TEST(DigestAuthorization, HasSiegesForm) {
  auth_challenge const challenge{.scheme = auth_scheme::digest,
                                 .realm = "r",
                                 .nonce = "abc",
                                 .opaque = "xyz",
                                 .algorithm = "MD5",
                                 .has_qop = true,
                                 .allows_qop_auth = true};
  EXPECT_EQ(
      *digest_authorization(
          challenge,
          {.user = "joe", .password = "pw", .method = "GET", .target = "/digest", .cnonce = "VZ5uwI.dkf8a91w4"}),
      R"(Digest username="joe", realm="r", nonce="abc", uri="/digest", algorithm=MD5, )"
      R"(response="8f469c2ded04f65d42ccd916e66017d1", opaque="xyz", qop=auth, nc=00000001, cnonce="VZ5uwI.dkf8a91w4")");
}

TEST(DigestAuthorization, RefusesWhatItCannotCompute) {
  EXPECT_FALSE(digest_authorization(rfc_challenge("SHA-512-256"), rfc_input));
  auto only_integrity = rfc_challenge("MD5");
  only_integrity.allows_qop_auth = false;
  EXPECT_FALSE(digest_authorization(only_integrity, rfc_input));
}

TEST(AuthSession, AnswersWithTheLoginWhoseRealmFits) {
  random_engine random{1};
  siege_auth_session session;
  EXPECT_EQ(session.authorization("GET", "/"), "");
  std::vector<siege_login> const logins{{"other", "x", "elsewhere"}, {"joe", "pw", "any"}};
  EXPECT_EQ(session.challenge(parse_auth_challenges("Basic realm=here"), logins, {}, random), auth_refusal::none);
  EXPECT_EQ(session.authorization("GET", "/"), "Basic am9lOnB3");
  EXPECT_EQ(session.challenge(parse_auth_challenges("Basic realm=here"), {}, {}, random), auth_refusal::no_login);
  EXPECT_EQ(session.challenge(parse_auth_challenges("NTLM"), logins, {}, random), auth_refusal::unsupported_scheme);
}

TEST(AuthSession, PrefersDigestAndCountsItsUses) {
  random_engine random{1};
  siege_auth_session session;
  auto const offered = parse_auth_challenges(R"(Basic realm=r, Digest realm=r, nonce=n, qop=auth)");
  ASSERT_EQ(session.challenge(offered, {{"joe", "pw", "any"}}, {}, random), auth_refusal::none);
  EXPECT_THAT(session.authorization("GET", "/"), HasSubstr("nc=00000001"));
  EXPECT_THAT(session.authorization("GET", "/"), HasSubstr("nc=00000002"));
}

}  // namespace
}  // namespace holdfast::cli
