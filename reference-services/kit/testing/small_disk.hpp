#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace holdfast::kit {

/// A disk of a few megabytes (tmpfs) on a folder, which can be filled to the last byte. It exists only for this process
/// and those that it starts afterwards, and goes with them, however they end.
class small_disk {
 public:
  /// Mounts it; needs root. What the folder had before is hidden as long as the disk is there.
  small_disk(std::string folder, std::uint64_t bytes);
  ~small_disk();
  small_disk(small_disk const&) = delete;
  small_disk& operator=(small_disk const&) = delete;

  /// Why it could not be mounted.
  std::optional<std::string> const& problem() const { return problem_; }
  void fill();  ///< takes what is free; may be repeated
  void free();

 private:
  std::string folder_;
  std::optional<std::string> problem_;
};

}  // namespace holdfast::kit
