#pragma once

#include <string>
#include <string_view>

#include <sys/types.h>

#include "core/result.hpp"

namespace holdfast::report {

/// A file that is written front to back. What append() takes reaches the operating system at flush(), in one piece
/// where that succeeds, so that a reader of a killed run finds whole lines. Owned by one; any thread, one at a time.
class output_file {
 public:
  /// A new file; one that exists is an error, not overwritten.
  static result<output_file> create(std::string path);

  output_file(output_file&& other) noexcept;
  output_file& operator=(output_file&& other) noexcept;
  ~output_file();

  void append(std::string_view text) { pending_ += text; }
  /// @error  what write(2) said, e.g. no space left on the device. The file then ends where the flush began, so that
  /// its
  ///         last line is whole.
  result<void> flush();
  std::string const& path() const { return path_; }

 private:
  output_file(std::string path, int descriptor) : path_{std::move(path)}, descriptor_{descriptor} {}

  std::string path_;
  std::string pending_;
  off_t size_ = 0;
  int descriptor_ = -1;
};

/// Writes all of `text` to an open descriptor.
result<void> write_all(int descriptor, std::string_view text);

/// Puts `text` where `path` is, in one step: a reader sees the old or the new content, never a part.
result<void> replace_file(std::string const& path, std::string_view text);

}  // namespace holdfast::report
