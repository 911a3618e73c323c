#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>

#include "kit/documents/collection.hpp"

namespace holdfast::bookshop {

struct book {
  std::int64_t id = 0;
  std::optional<std::int64_t> book_id;  ///< what orders name; several rows may share it
  std::optional<std::string> title, author, publisher;
  std::optional<std::int64_t> stock;  ///< given as 32 bits; returns may carry it beyond

  static constexpr auto fields() {
    using kit::field;
    return std::tuple{field{"bookId", &book::book_id}, field{"title", &book::title}, field{"author", &book::author},
                      field{"publisher", &book::publisher}, field{"stock", &book::stock}};
  }
};

inline constexpr kit::collection<book> books{0};

}  // namespace holdfast::bookshop
