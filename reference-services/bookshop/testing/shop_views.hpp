#pragma once

#include <cstdint>
#include <string_view>

#include <nlohmann/json.hpp>

#include "bookshop/testing/bookshop_system.hpp"

namespace holdfast::bookshop {

// What a customer or the shop sees of one thing. Null when it is not there.

nlohmann::json order_in(bookshop_system const& shop, std::int64_t id);
nlohmann::json page_in(bookshop_system const& shop, std::int64_t order_id);
nlohmann::json delivery_in(bookshop_system const& shop, std::int64_t order_id);
std::int64_t stock_in(bookshop_system const& shop, std::int64_t book_id);

bool has_status(nlohmann::json const& row, std::string_view status);

/// A figure of a service's metrics, by its name with labels; -1 when it is not there.
double metric_in(bookshop_system const& shop, std::string_view service, std::string_view sample);

}  // namespace holdfast::bookshop
