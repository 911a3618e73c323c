#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "net/certificate_maker.hpp"

namespace holdfast::net {

/// A folder for the certificate files of one test, removed with it.
class tls_test_files {
 public:
  tls_test_files() {
    auto pattern = (std::filesystem::temp_directory_path() / "holdfast-tls-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  ~tls_test_files() { std::filesystem::remove_all(folder_); }
  tls_test_files(tls_test_files const&) = delete;
  tls_test_files& operator=(tls_test_files const&) = delete;

  std::string path(std::string_view name) const { return (folder_ / name).string(); }

  std::string write(std::string_view name, std::string_view content) const {
    std::ofstream{folder_ / name, std::ios::binary} << content;
    return path(name);
  }

  /// Certificate and key in one file.
  std::string write(std::string_view name, issued_certificate const& issued) const {
    return write(name, issued.certificate + issued.key);
  }

 private:
  std::filesystem::path folder_;
};

}  // namespace holdfast::net
