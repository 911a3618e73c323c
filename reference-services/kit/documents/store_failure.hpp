#pragma once

#include <exception>
#include <string>
#include <utility>

namespace holdfast::kit {

/// The store could not do its work. what() is for the log.
class store_failure : public std::exception {
 public:
  explicit store_failure(std::string what) : what_{std::move(what)} {}
  char const* what() const noexcept override { return what_.c_str(); }

 private:
  std::string what_;
};

}  // namespace holdfast::kit
