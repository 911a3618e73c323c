#pragma once

#include "bookshop/review/review.hpp"
#include "kit/app/app.hpp"

namespace holdfast::bookshop {

/// Reviews of orders: /reviews. Whether there is such an order is not asked.
kit::service_description review_service();

}  // namespace holdfast::bookshop
