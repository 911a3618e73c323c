#include "target/tls_setup.hpp"

#include <cerrno>
#include <string>
#include <string_view>
#include <system_error>

#include <stdlib.h>
#include <unistd.h>

#include "net/certificate_maker.hpp"

namespace holdfast::target {
namespace {

/// A file that only this user can read, for as long as the object lives.
class temporary_file {
 public:
  explicit temporary_file(std::string_view content) {
    int const fd = ::mkstemp(path_.data());
    if (fd < 0) throw std::system_error{errno, std::system_category(), path_};
    auto const written = ::write(fd, content.data(), content.size());
    ::close(fd);
    if (written == static_cast<ssize_t>(content.size())) return;
    ::unlink(path_.c_str());
    throw std::system_error{EIO, std::system_category(), path_};
  }
  ~temporary_file() { ::unlink(path_.c_str()); }
  temporary_file(temporary_file const&) = delete;
  temporary_file& operator=(temporary_file const&) = delete;
  std::string const& path() const { return path_; }

 private:
  std::string path_ = "/tmp/holdfast-target-XXXXXX";
};

using contexts = std::vector<std::unique_ptr<net::tls_context>>;

/// net/ names the options of a client.
diagnostics as_typed(diagnostics problems) {
  for (auto& p : problems) {
    p.file = "command line";
    p.field = "--tls";
  }
  return problems;
}

result<contexts, diagnostics> make_from(net::tls_server_options const& files, unsigned count) {
  contexts made;
  for (unsigned i = 0; i < count; ++i) {
    auto context = net::make_tls_server_context(files);
    if (!context) return as_typed(context.error());
    made.push_back(std::move(*context));
  }
  return made;
}

}  // namespace

result<contexts, diagnostics> make_tls_contexts(server_options const& options) {
  if (!options.tls) return contexts(options.threads);
  if (!options.tls->certificate_file.empty()) {
    return make_from({.certificate_file = options.tls->certificate_file, .key_file = options.tls->key_file},
                     options.threads);
  }
  auto const issued = net::make_certificate(
      {.common_name = "holdfast target", .dns_names = {"localhost"}, .addresses = {"127.0.0.1", "::1"}});
  temporary_file const certificate{issued.certificate};
  temporary_file const key{issued.key};
  return make_from({.certificate_file = certificate.path(), .key_file = key.path()}, options.threads);
}

}  // namespace holdfast::target
