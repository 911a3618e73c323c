#include "bookshop/book/stock_request.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <optional>

#include "bookshop/stock_call.hpp"
#include "kit/rest/request_document.hpp"
#include "net/http_text.hpp"

namespace holdfast::bookshop {

namespace {

bad_request missing(std::string_view name, bool is_error) {
  return {.status = is_error ? 500U : 400U, .reason = std::string{name} + " must be a whole number"};
}

std::optional<std::int64_t> number_in(kit::request const& asked, std::string_view name) {
  auto const text = asked.query_value(name);
  return text ? kit::read_integer(*text) : std::nullopt;
}

bool fits_32_bits(std::int64_t n) {
  using bounds = std::numeric_limits<std::int32_t>;
  return n >= bounds::min() && n <= bounds::max();
}

std::optional<std::int64_t> number_of(std::optional<kit::value> const& from) {
  auto const* const number = from ? std::get_if<std::int64_t>(&*from) : nullptr;
  return number != nullptr ? std::optional{*number} : std::nullopt;
}

bool is_printable(char c) { return c >= ' ' && c <= '~'; }

}  // namespace

result<stock_order, bad_request> read_modify_body(std::string_view body, request_defects const& defects) {
  std::array const fields{
      kit::resource_field{std::string{stock_call::book_id}, kit::field_kind::integer64},
      kit::resource_field{std::string{stock_call::quantity}, kit::field_kind::integer32},
  };
  auto const given = kit::read_document(body, fields);
  if (!given) return bad_request{.reason = given.error()};
  auto const id = number_of(given->fields[0]);
  auto const quantity = number_of(given->fields[1]);
  if (!id) return missing(stock_call::book_id, defects.null_id_is_500);
  if (!quantity) return missing(stock_call::quantity, defects.any_quantity);
  if (*quantity < 1 && !defects.any_quantity) return bad_request{.reason = "qty must be at least 1"};
  return stock_order{.book_id = *id, .quantity = *quantity};
}

result<stock_order, bad_request> read_modify_query(kit::request const& asked, request_defects const& defects) {
  auto const id = number_in(asked, stock_call::book_id);
  auto const quantity = number_in(asked, stock_call::quantity);
  if (!id) return missing(stock_call::book_id, defects.null_id_is_500);
  if (!quantity || !fits_32_bits(*quantity)) return missing(stock_call::quantity, defects.any_quantity);
  return stock_order{.book_id = *id, .quantity = *quantity};
}

result<std::string, bad_request> read_key(kit::request const& asked) {
  std::optional<std::string> key;
  for (auto const& [name, text] : asked.headers) {
    if (!net::equals_ignoring_case(name, "idempotency-key")) continue;
    if (key) return bad_request{.reason = "Idempotency-Key was given twice"};
    key = text;
  }
  if (!key) return std::string{};
  if (key->empty() || key->size() > stock_call::longest_key || !std::all_of(key->begin(), key->end(), is_printable)) {
    return bad_request{.reason = "Idempotency-Key must be 1 to 200 printable characters"};
  }
  return *std::move(key);
}

}  // namespace holdfast::bookshop
