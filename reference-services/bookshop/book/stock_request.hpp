#pragma once

#include <string>
#include <string_view>

#include "bookshop/book/stock.hpp"
#include "core/result.hpp"
#include "kit/http/message.hpp"

namespace holdfast::bookshop {

/// A request that cannot be served, and how that is answered.
struct bad_request {
  unsigned status = 400;
  std::string reason;
};

/// Where a missing or wrong value is an error of the service, as it was in the original.
struct request_defects {
  bool any_quantity = false;    ///< BS-07
  bool null_id_is_500 = false;  ///< BS-08
};

/// {"bookId":1,"qty":2}: both whole numbers (also as strings of digits), qty within 32 bits and at least 1.
result<stock_order, bad_request> read_modify_body(std::string_view body, request_defects const& defects);

/// ?bookId=1&qty=2: as above, but a qty below 1 is let through: it is answered with `false`.
result<stock_order, bad_request> read_modify_query(kit::request const& asked, request_defects const& defects);

/// The value of the one Idempotency-Key field: up to 200 printable ASCII characters. Empty when there is none.
result<std::string, bad_request> read_key(kit::request const& asked);

}  // namespace holdfast::bookshop
