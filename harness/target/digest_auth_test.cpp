#include "target/digest_auth.hpp"

#include <gtest/gtest.h>

namespace holdfast::target {
namespace {

std::string ask(std::string_view target, std::string_view authorization, std::string_view method = "GET") {
  request head;
  head.method = method;
  head.target = target;
  head.authorization = authorization;
  auto const made = digest_auth_answer(head, match_path(method, target));
  return std::get<send_text>(made.steps.front()).bytes;
}

int status_of(std::string const& text) { return std::stoi(text.substr(9, 3)); }

// The responses are those of an independent computation (Python's hashlib by RFC 7616, 3.4.1).
constexpr std::string_view right =
    "Digest username=\"me\", realm=\"holdfast target\", nonce=\"7c1e93ab5d20f846\", uri=\"/digest-auth/me/pw\", "
    "response=\"56e433108f1cd9cddea2f2b2cb66bc5c\", qop=auth, nc=00000001, cnonce=\"abc\"";

TEST(DigestAuth, AsksAndAcceptsTheAnswer) {
  auto const asked = ask("/digest-auth/me/pw", "");
  EXPECT_EQ(status_of(asked), 401);
  EXPECT_NE(asked.find("\r\nWWW-Authenticate: Digest realm=\"holdfast target\", qop=\"auth\", algorithm=MD5, nonce=\""),
            std::string::npos)
      << asked;
  EXPECT_EQ(status_of(ask("/digest-auth/me/pw", right)), 200);
}

TEST(DigestAuth, RefusesWhatDiffersInAnything) {
  EXPECT_EQ(status_of(ask("/digest-auth/me/other", right)), 401) << "another password, another target";
  EXPECT_EQ(status_of(ask("/digest-auth/me/pw", right, "POST")), 401) << "the method is part of it";
  for (std::string_view const part : {"me\"", "auth/me", "abc", "00000001", "7c1e", "@", "auth,"}) {
    auto changed = std::string{right};
    auto const at = part == "@" ? changed.find("response=\"") + 10 : changed.find(part);
    changed[at] = changed[at] == '0' ? '1' : '0';
    EXPECT_EQ(status_of(ask("/digest-auth/me/pw", changed)), 401) << changed;
  }
}

TEST(DigestAuth, KnowsTheOldWayAndSha256) {
  EXPECT_EQ(status_of(ask("/digest-auth/me/pw?qop=none",
                          "digest username=me,realm=\"holdfast target\",nonce=\"7c1e93ab5d20f846\","
                          "uri=\"/digest-auth/me/pw?qop=none\",response=e1118ce2c69e142ae30cd9376015e8f8")),
            200);
  EXPECT_EQ(status_of(ask("/digest-auth/me/pw?algorithm=SHA-256-sess",
                          "Digest username=\"m\\e\", realm=\"holdfast target\", nonce=\"7c1e93ab5d20f846\", "
                          "uri=\"/digest-auth/me/pw?algorithm=SHA-256-sess\", "
                          "response=\"01c05c0982e111758da345bc025de17903d8746b4f0512772994286f2afaa71e\", qop=auth, "
                          "nc=00000002, cnonce=\"x,y\"")),
            200);
}

TEST(DigestAuth, NonsenseGets400Or401) {
  for (std::string_view const target : {"/digest-auth/me", "/digest-auth/a/b?algorithm=MD4", "/digest-auth/a/b?qop=x"})
    EXPECT_EQ(status_of(ask(target, right)), 400) << target;
  for (std::string_view const text :
       {"Digest", "Digest ", "Digest =", "Digest username=\"", "Digest a=\"\\", "Basic eA=="})
    EXPECT_EQ(status_of(ask("/digest-auth/a/b", text)), 401) << text;
}

}  // namespace
}  // namespace holdfast::target
