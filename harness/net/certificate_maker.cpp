#include "net/certificate_maker.hpp"

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string_view>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

namespace holdfast::net {
namespace {

template <auto Free>
struct freed_by {
  template <class Native>
  void operator()(Native* native) const {
    Free(native);
  }
};
using key_pointer = std::unique_ptr<EVP_PKEY, freed_by<EVP_PKEY_free>>;
using certificate_pointer = std::unique_ptr<X509, freed_by<X509_free>>;
using bio_pointer = std::unique_ptr<BIO, freed_by<BIO_free>>;
using extension_pointer = std::unique_ptr<X509_EXTENSION, freed_by<X509_EXTENSION_free>>;

void require(bool went_well, char const* what) {
  if (!went_well) throw std::runtime_error{std::string{"OpenSSL could not "} + what};
}

bio_pointer memory_of(std::string const& text) {
  bio_pointer bio{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
  require(bio != nullptr, "make a buffer");
  return bio;
}

std::string text_of(BIO* bio) {
  char* data = nullptr;
  auto const size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

/// With `what` set to null, OpenSSL would ask for a passphrase on the terminal; an empty one is given instead.
key_pointer read_key(std::string const& pem) {
  char no_passphrase[] = "";
  key_pointer key{PEM_read_bio_PrivateKey(memory_of(pem).get(), nullptr, nullptr, no_passphrase)};
  require(key != nullptr, "read the issuer's key");
  return key;
}

certificate_pointer read_certificate(std::string const& pem) {
  char no_passphrase[] = "";
  certificate_pointer certificate{PEM_read_bio_X509(memory_of(pem).get(), nullptr, nullptr, no_passphrase)};
  require(certificate != nullptr, "read the issuer's certificate");
  return certificate;
}

void set_serial(X509* certificate) {
  std::uint64_t serial = 0;
  require(RAND_bytes(static_cast<unsigned char*>(static_cast<void*>(&serial)), sizeof serial) == 1, "draw a number");
  require(ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial >> 1 | 1) == 1, "set the serial number");
}

void set_subject(X509* certificate, std::string const& common_name) {
  auto const* const bytes = static_cast<unsigned char const*>(static_cast<void const*>(common_name.data()));
  require(X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8, bytes,
                                     static_cast<int>(common_name.size()), -1, 0) == 1,
          "set the subject");
}

void add_extension(X509* certificate, X509V3_CTX& signing, int kind, std::string const& value) {
  extension_pointer const extension{X509V3_EXT_conf_nid(nullptr, &signing, kind, value.c_str())};
  require(extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1, "add an extension");
}

std::string alternative_names(certificate_request const& request) {
  std::string names;
  auto const add = [&names](std::string_view kind, std::string const& name) {
    names.append(names.empty() ? "" : ",").append(kind).append(name);
  };
  for (auto const& name : request.dns_names) add("DNS:", name);
  for (auto const& address : request.addresses) add("IP:", address);
  return names;
}

void add_extensions(X509* certificate, X509* issuer, certificate_request const& request) {
  X509V3_CTX signing;
  X509V3_set_ctx(&signing, issuer, certificate, nullptr, nullptr, 0);
  add_extension(certificate, signing, NID_basic_constraints, request.is_authority ? "critical,CA:TRUE" : "CA:FALSE");
  add_extension(certificate, signing, NID_key_usage,
                request.is_authority ? "critical,keyCertSign,cRLSign" : "critical,digitalSignature");
  add_extension(certificate, signing, NID_subject_key_identifier, "hash");
  auto const names = alternative_names(request);
  if (!names.empty()) add_extension(certificate, signing, NID_subject_alt_name, names);
}

}  // namespace

issued_certificate make_certificate(certificate_request const& request, issued_certificate const* issuer) {
  key_pointer const key{EVP_EC_gen("P-256")};
  certificate_pointer const certificate{X509_new()};
  require(key != nullptr && certificate != nullptr, "make a key");
  auto const issuer_key = issuer == nullptr ? nullptr : read_key(issuer->key);
  auto const issuer_certificate = issuer == nullptr ? nullptr : read_certificate(issuer->certificate);
  auto* const signer = issuer_certificate ? issuer_certificate.get() : certificate.get();

  X509_set_version(certificate.get(), X509_VERSION_3);
  set_serial(certificate.get());
  set_subject(certificate.get(), request.common_name);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), request.valid_from.count());
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), request.valid_until.count());
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(signer));
  X509_set_pubkey(certificate.get(), key.get());
  add_extensions(certificate.get(), signer, request);
  require(X509_sign(certificate.get(), issuer_key ? issuer_key.get() : key.get(), EVP_sha256()) != 0, "sign");

  bio_pointer const certificate_text{BIO_new(BIO_s_mem())};
  bio_pointer const key_text{BIO_new(BIO_s_mem())};
  require(PEM_write_bio_X509(certificate_text.get(), certificate.get()) == 1, "write the certificate");
  require(PEM_write_bio_PrivateKey(key_text.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1,
          "write the key");
  return {.certificate = text_of(certificate_text.get()), .key = text_of(key_text.get())};
}

}  // namespace holdfast::net
