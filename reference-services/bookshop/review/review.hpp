#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>

#include "kit/documents/collection.hpp"

namespace holdfast::bookshop {

struct review {
  std::int64_t id = 0;
  std::optional<std::int64_t> order_id;
  std::optional<std::string> contents;

  static constexpr auto fields() {
    using kit::field;
    return std::tuple{field{"orderId", &review::order_id}, field{"contents", &review::contents}};
  }
};

inline constexpr kit::collection<review> reviews{0};

}  // namespace holdfast::bookshop
