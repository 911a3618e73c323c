#include "kit/testing/temporary_folder.hpp"

#include <cstdlib>
#include <stdexcept>

namespace holdfast::kit {

temporary_folder::temporary_folder() {
  auto pattern = (std::filesystem::temp_directory_path() / "holdfast-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error{"no temporary folder under " + pattern};
  root_ = pattern;
}

temporary_folder::~temporary_folder() {
  std::error_code ignored;
  std::filesystem::remove_all(root_, ignored);
}

std::string temporary_folder::path(std::string const& inside) const { return (root_ / inside).string(); }

}  // namespace holdfast::kit
