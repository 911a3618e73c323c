#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/diagnostic.hpp"
#include "core/result.hpp"

namespace holdfast::cluster {

/// A container's image in parts: "registry.example:5000/bookshop/book:v7@sha256:..." has the name "bookshop/book" and
/// the tag "v7".
struct image_reference {
  std::string registry{};  ///< empty: none was written
  std::string name;
  std::string tag = "latest";
  std::string digest{};
};

/// nullopt when it cannot be an image (Kubernetes: InvalidImageName).
std::optional<image_reference> parse_image(std::string_view text);

/// What runs in a container whose manifest has no command.
struct image_program {
  std::string program;                   ///< absolute path
  std::vector<std::string> arguments{};  ///< before the manifest's args
};

/// Which program stands for which image: the name without registry and tag. The tag goes to the process as the variable
/// image_tag_variable, so that another tag is a visibly different version.
class image_map {
 public:
  void add(std::string name, image_program what) { programs_.insert_or_assign(std::move(name), std::move(what)); }
  /// Null when the image is unknown (Kubernetes: ErrImagePull).
  image_program const* find(std::string_view name) const;
  std::size_t size() const { return programs_.size(); }
  /// What the kubelet would say of an image that cannot be had, and what to do about it.
  std::string why_not_found(std::string_view image) const;

 private:
  std::map<std::string, image_program, std::less<>> programs_;
};

inline constexpr std::string_view image_tag_variable = "VERSION";

/// The file of --images: a line each, "NAME = PROGRAM ARGUMENTS...", separated by blanks; '#' begins a comment; a
/// relative program counts from the file's folder. @error  every line that is wrong, with its number.
result<image_map, diagnostics> parse_image_map(std::string_view text, std::string_view file);

/// The reference services that were built or installed together with this program, which stands in `folder`: those
/// whose program exists there.
image_map reference_services(std::string_view folder);

}  // namespace holdfast::cluster
