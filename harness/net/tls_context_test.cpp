#include "net/tls_context.hpp"

#include <gtest/gtest.h>

#include "net/tls_test_files.hpp"

namespace holdfast::net {
namespace {

/// Expects exactly one diagnostic and returns it.
diagnostic only_problem(tls_options const& options) {
  auto const made = make_tls_context(options);
  if (made.has_value()) {
    ADD_FAILURE() << "accepted";
    return {};
  }
  EXPECT_EQ(made.error().size(), 1U) << to_string(made.error());
  EXPECT_FALSE(made.error().front().fix.empty());
  return made.error().front();
}

TEST(TlsContext, NeedsNoOptions) {
  EXPECT_TRUE(make_tls_context({}).has_value());
  EXPECT_TRUE(make_tls_context({.verify = peer_verification::off}).has_value());
  EXPECT_TRUE(make_tls_context({.min_version = tls_version::tls_1_3}).has_value());
}

TEST(TlsContext, NamesTheFileThatCannotBeRead) {
  tls_test_files const files;
  auto const missing = files.path("missing.pem");
  auto const problem = only_problem({.ca_file = missing});
  EXPECT_EQ(problem.field, "--cacert");
  EXPECT_EQ(problem.value, missing);
  EXPECT_EQ(problem.problem, "this file cannot be read: No such file or directory");
  EXPECT_EQ(only_problem({.ca_file = files.path("")}).problem, "this file cannot be read: Is a directory");
  EXPECT_EQ(only_problem({.verify = peer_verification::off, .ca_file = missing}).value, missing);
}

TEST(TlsContext, RefusesFilesThatHoldSomethingElse) {
  tls_test_files const files;
  auto const made = make_certificate({.common_name = "a"});
  auto const text = files.write("text.pem", std::string_view{"no certificate\n"});
  auto const empty = files.write("empty.pem", std::string_view{});
  auto const key = files.write("key.pem", std::string_view{made.key});
  auto const certificate = files.write("certificate.pem", std::string_view{made.certificate});
  for (auto const& bad : {text, empty, key}) {
    SCOPED_TRACE(bad);
    EXPECT_NE(only_problem({.ca_file = bad}).problem.find("no certificate of an authority"), std::string::npos);
    EXPECT_EQ(only_problem({.certificate_file = bad, .key_file = key}).field, "--cert");
  }
  auto const no_key = only_problem({.certificate_file = certificate, .key_file = text});
  EXPECT_EQ(no_key.field, "--key");
  EXPECT_EQ(no_key.value, text);
  EXPECT_NE(no_key.problem.find("no private key"), std::string::npos);
  EXPECT_EQ(only_problem({.certificate_file = certificate}).field, "--cert") << "the key should be in the same file";
  EXPECT_TRUE(make_tls_context({.certificate_file = certificate, .key_file = key}).has_value());
  EXPECT_TRUE(make_tls_context({.certificate_file = files.write("both.pem", made)}).has_value());
}

TEST(TlsContext, RefusesAKeyOfAnotherCertificate) {
  tls_test_files const files;
  auto const certificate = files.write("a.pem", std::string_view{make_certificate({.common_name = "a"}).certificate});
  auto const key = files.write("b.pem", std::string_view{make_certificate({.common_name = "b"}).key});
  auto const problem = only_problem({.certificate_file = certificate, .key_file = key});
  EXPECT_EQ(problem.field, "--key");
  EXPECT_EQ(problem.value, key);
  EXPECT_EQ(problem.problem, "this private key does not belong to the certificate");
  EXPECT_EQ(only_problem({.key_file = key}).problem, "a private key without a certificate");
}

TEST(TlsContext, NamesAllProblemsAtOnceAsTheUserCallsThem) {
  auto const made = make_tls_context(
      {.ca_file = "/nowhere/ca", .certificate_file = "/nowhere/cert", .key_file = "/nowhere/key", .ciphers = "none"},
      {.certificate_file = "ssl-cert", .key_file = "ssl-key", .ciphers = "ssl-ciphers"});
  ASSERT_FALSE(made.has_value());
  ASSERT_EQ(made.error().size(), 4U);
  EXPECT_EQ(made.error()[0].field, "--cacert");
  EXPECT_EQ(made.error()[1].field, "ssl-cert");
  EXPECT_EQ(made.error()[2].field, "ssl-key");
  EXPECT_EQ(made.error()[3].field, "ssl-ciphers");
  EXPECT_EQ(made.error()[3].value, "none");
}

TEST(TlsContext, KnowsCiphersOfBothKinds) {
  EXPECT_TRUE(make_tls_context({.ciphers = "ECDHE-ECDSA-AES128-GCM-SHA256:TLS_AES_128_GCM_SHA256"}).has_value());
  EXPECT_TRUE(make_tls_context({.ciphers = "HIGH:!aNULL"}).has_value());
  EXPECT_EQ(only_problem({.ciphers = "TLS_NO_SUCH_CIPHER"}).field, "--ciphers");
}

TEST(TlsContext, AServerNeedsItsFiles) {
  EXPECT_FALSE(make_tls_server_context({.certificate_file = "/nowhere"}).has_value());
  tls_test_files const files;
  auto const made = files.write("both.pem", make_certificate({.common_name = "a"}));
  EXPECT_TRUE(make_tls_server_context({.certificate_file = made}).has_value());
  EXPECT_FALSE(make_tls_server_context({.certificate_file = made, .client_ca_file = "/nowhere"}).has_value());
  EXPECT_FALSE(make_tls_server_context({}).has_value()) << "a server without a certificate serves nobody";
}

TEST(CertificateMaker, RefusesWhatIsNoAddressAndNoIssuer) {
  EXPECT_THROW(make_certificate({.common_name = "a", .addresses = {"here"}}), std::runtime_error);
  issued_certificate const nobody{.certificate = "x", .key = "y"};
  EXPECT_THROW(make_certificate({.common_name = "a"}, &nobody), std::runtime_error);
}

}  // namespace
}  // namespace holdfast::net
