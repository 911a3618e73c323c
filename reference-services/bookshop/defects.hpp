#pragma once

#include <string>
#include <vector>

namespace holdfast::bookshop {

/// Every defect of the original Book Shop. Each service knows all of them, so that one DEFECTS fits the whole system;
/// those that concern other services change nothing in it.
inline std::vector<std::string> defects() {
  return {"BS-01", "BS-02", "BS-03", "BS-04", "BS-05", "BS-06", "BS-07",
          "BS-08", "BS-09", "BS-10", "BS-11", "BS-12", "BS-13", "BS-14"};
}

}  // namespace holdfast::bookshop
