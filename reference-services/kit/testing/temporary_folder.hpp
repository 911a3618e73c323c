#pragma once

#include <filesystem>
#include <string>

namespace holdfast::kit {

/// A folder of its own for one test, removed with everything in it.
class temporary_folder {
 public:
  temporary_folder();
  ~temporary_folder();
  temporary_folder(temporary_folder const&) = delete;
  temporary_folder& operator=(temporary_folder const&) = delete;
  std::string path(std::string const& inside = {}) const;

 private:
  std::filesystem::path root_;
};

}  // namespace holdfast::kit
