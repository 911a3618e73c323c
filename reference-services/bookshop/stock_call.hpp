#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace holdfast::bookshop {

/// How `order` takes stock from `book`, and gives back what it could not use.
///
/// POST /stock/modify  {"bookId":1,"qty":2}  with Idempotency-Key: bookshop-<order id>-stock
///   200 {"result":true}                                     taken
///   409 {"result":false,"message":"No Available stock!"}    unknown book, or less than qty: nothing changed
///   410 {"result":false,"message":...}                      the key was aborted before: nothing changed, nor ever will
///   400 {"cause":null,"message":...}                        no key, no JSON, bookId missing, qty missing or below 1
///   422 {"cause":null,"message":...}                        the key is in use for another book or quantity
///   500                                                     the store failed: nothing is known of the outcome
/// Answers 200 and 409 are stored under the key and repeated for it, whatever the stock is by then.
///
/// POST /stock/abort  with the same Idempotency-Key, without a body
///   204  from now on nothing is taken under the key: what was taken is back, a later call under it gets 410. Repeating
///        it changes nothing.
///   400  no key
///
/// GET /chkAndModifyStock?bookId=1&qty=2 is what the original's order calls: 200 `true` or `false`.
namespace stock_call {

inline constexpr std::string_view modify_path = "/stock/modify";
inline constexpr std::string_view abort_path = "/stock/abort";
inline constexpr std::string_view original_path = "/chkAndModifyStock";
inline constexpr std::string_view key_field = "Idempotency-Key";
inline constexpr std::string_view book_id = "bookId";
inline constexpr std::string_view quantity = "qty";
inline constexpr std::string_view result = "result";
inline constexpr std::string_view message = "message";
inline constexpr std::string_view no_stock = "No Available stock!";
inline constexpr std::size_t longest_key = 200;  ///< characters, all of them printable ASCII

inline constexpr unsigned taken_status = 200;
inline constexpr unsigned refused_status = 409;
inline constexpr unsigned void_status = 410;

inline std::string key_of(std::int64_t order_id) { return "bookshop-" + std::to_string(order_id) + "-stock"; }

}  // namespace stock_call

}  // namespace holdfast::bookshop
