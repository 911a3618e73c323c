#include "report/output_file.hpp"

#include <cerrno>
#include <cstdio>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace holdfast::report {
namespace {

boost::system::error_code last_error() { return {errno, boost::system::system_category()}; }

}  // namespace

result<void> write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    auto const written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return last_error();
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

result<output_file> output_file::create(std::string path) {
  auto const descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0644);
  if (descriptor < 0) return last_error();
  return output_file{std::move(path), descriptor};
}

output_file::output_file(output_file&& other) noexcept
    : path_{std::move(other.path_)},
      pending_{std::move(other.pending_)},
      size_{other.size_},
      descriptor_{std::exchange(other.descriptor_, -1)} {}

output_file& output_file::operator=(output_file&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(pending_, other.pending_);
  std::swap(size_, other.size_);
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

output_file::~output_file() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

result<void> output_file::flush() {
  auto const written = write_all(descriptor_, pending_);
  if (written) {
    size_ += static_cast<off_t>(pending_.size());
    pending_.clear();
  } else if (::ftruncate(descriptor_, size_) != 0) {
    // A broken last line stays: the failed write is told in any case.
  }
  return written;
}

result<void> replace_file(std::string const& path, std::string_view text) {
  auto const beside = path + ".new";
  auto const descriptor = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (descriptor < 0) return last_error();
  auto written = write_all(descriptor, text);
  if (::close(descriptor) != 0 && written) written = last_error();
  if (written && std::rename(beside.c_str(), path.c_str()) != 0) written = last_error();
  if (!written) ::unlink(beside.c_str());
  return written;
}

}  // namespace holdfast::report
