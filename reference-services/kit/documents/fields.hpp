#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include "kit/documents/value.hpp"

namespace holdfast::kit {

/// A member of a document and its name in JSON and in the store. Members are `std::optional` of `std::int64_t`,
/// `std::int32_t` or `std::string`: what was not given is null.
template <class Document, class Member>
struct field {
  std::string_view name;
  Member Document::*member;
};
template <class Document, class Member>
field(std::string_view, Member Document::*) -> field<Document, Member>;

/// A document is a plain struct with `std::int64_t id` and `static constexpr auto fields()`, a tuple of `field`s in the
/// order in which they are shown:
///
///     struct review {
///       std::int64_t id = 0;
///       std::optional<std::int64_t> order_id;
///       std::optional<std::string> contents;
///       static constexpr auto fields() {
///         return std::tuple{field{"orderId", &review::order_id}, field{"contents", &review::contents}};
///       }
///     };
template <class T>
concept document = requires(T d) {
  { d.id } -> std::convertible_to<std::int64_t>;
  T::fields();
};

/// Calls `visit(name, member)` for each field of `d` in order.
template <class T, class Visitor>
constexpr void for_each_field(T& d, Visitor&& visit) {
  std::apply([&](auto const&... f) { (visit(f.name, d.*(f.member)), ...); }, std::remove_const_t<T>::fields());
}

template <document T>
constexpr std::size_t field_count = std::tuple_size_v<decltype(T::fields())>;

template <class Member>
constexpr column_type column_type_of() {
  return std::is_same_v<Member, std::optional<std::string>> ? column_type::text : column_type::integer;
}

inline value to_value(std::optional<std::string> const& member) { return member ? value{*member} : value{}; }
inline value to_value(std::optional<std::int64_t> const& member) { return member ? value{*member} : value{}; }
inline value to_value(std::optional<std::int32_t> const& member) {
  return member ? value{std::int64_t{*member}} : value{};
}

inline void from_value(value&& from, std::optional<std::string>& member) {
  auto* const text = std::get_if<std::string>(&from);
  member = text != nullptr ? std::optional{std::move(*text)} : std::nullopt;
}
inline void from_value(value&& from, std::optional<std::int64_t>& member) {
  auto const* const number = std::get_if<std::int64_t>(&from);
  member = number != nullptr ? std::optional{*number} : std::nullopt;
}
inline void from_value(value&& from, std::optional<std::int32_t>& member) {
  auto const* const number = std::get_if<std::int64_t>(&from);
  member = number != nullptr ? std::optional{static_cast<std::int32_t>(*number)} : std::nullopt;
}

template <document T>
row to_row(T const& d) {
  row values;
  values.reserve(field_count<T>);
  for_each_field(d, [&](std::string_view, auto const& member) { values.push_back(to_value(member)); });
  return values;
}

template <document T>
T from_row(stored_row from) {
  T d;
  d.id = from.id;
  std::size_t at = 0;
  for_each_field(d, [&](std::string_view, auto& member) { from_value(std::move(from.values[at++]), member); });
  return d;
}

/// The table of a document type.
template <document T>
table_schema schema_of(std::string name, std::vector<std::string> indexed = {}, std::vector<std::string> unique = {}) {
  table_schema schema{
      .name = std::move(name), .columns = {}, .indexed = std::move(indexed), .unique = std::move(unique)};
  T const sample{};
  for_each_field(sample, [&](std::string_view field_name, auto const& member) {
    schema.columns.push_back(column{std::string{field_name}, column_type_of<std::remove_cvref_t<decltype(member)>>()});
  });
  return schema;
}

}  // namespace holdfast::kit
