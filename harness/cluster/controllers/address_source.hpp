#pragma once

#include <string>

#include "core/result.hpp"

namespace holdfast::cluster {

/// Who hands out the addresses of Services.
class address_source {
 public:
  virtual ~address_source() = default;
  /// A free address. The error is a sentence.
  virtual result<std::string, std::string> take_service_address() = 0;
  /// The address that a Service asks for. The error is a sentence: not ours, or taken.
  virtual result<std::string, std::string> take_this_service_address(std::string const& wanted) = 0;
  virtual void give_back(std::string const& address) = 0;
};

}  // namespace holdfast::cluster
