#include "kit/rest/request_document.hpp"

#include <charconv>
#include <cmath>
#include <limits>
#include <utility>
#include <variant>

#include <nlohmann/json.hpp>

#include "kit/app/json_text.hpp"
#include "net/http_text.hpp"

namespace holdfast::kit {

namespace {

constexpr auto largest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());

/// Receives the parser's events. Values deeper than the object's own members are passed over.
class document_reader {
 public:
  document_reader(std::span<resource_field const> fields, std::size_t depth) : fields_{fields}, deepest_{depth} {
    given_.fields.resize(fields.size());
  }

  bool null() {
    return scalar([&](std::size_t i) { return store(i, std::monostate{}); });
  }
  bool boolean(bool b) {
    return scalar([&](std::size_t i) {
      if (fields_[i].kind != field_kind::text) return wrong(i, "a boolean");
      return store(i, std::string{b ? "true" : "false"});
    });
  }
  bool number_integer(std::int64_t n) {
    if (depth_ == 1 && is_id_) given_.id = n;
    return scalar([&](std::size_t i) { return whole(i, n); });
  }
  bool number_unsigned(std::uint64_t n) {
    if (depth_ == 1 && is_id_ && n <= largest) given_.id = static_cast<std::int64_t>(n);
    return scalar([&](std::size_t i) {
      if (fields_[i].kind == field_kind::text) return store(i, std::to_string(n));
      if (n > largest) return out_of_range(i);
      return whole(i, static_cast<std::int64_t>(n));
    });
  }
  bool number_float(double n, std::string const& written) {
    return scalar([&](std::size_t i) {
      if (fields_[i].kind == field_kind::text) return store(i, written);
      if (!std::isfinite(n) || std::fabs(n) >= 0x1p63) return out_of_range(i);
      if (std::trunc(n) != n || std::fabs(n) > 0x1p53) return wrong(i, "a fraction");
      return whole(i, static_cast<std::int64_t>(n));
    });
  }
  bool string(std::string& text) {
    if (depth_ == 1 && is_id_) given_.id = read_integer(text);
    return scalar([&](std::size_t i) {
      if (fields_[i].kind == field_kind::text) return store(i, std::move(text));
      return number_from(i, net::trimmed(text));
    });
  }
  bool binary(nlohmann::json::binary_t const&) { return fail("binary value"); }
  bool start_object(std::size_t) { return open("an object"); }
  bool start_array(std::size_t) {
    if (depth_ == 0) return fail("an object is expected, not an array");
    return open("an array");
  }
  bool end_object() { return close(); }
  bool end_array() { return close(); }
  bool key(std::string& name) {
    if (depth_ != 1) return true;
    is_id_ = name == "id";
    column_ = fields_.size();
    for (std::size_t i = 0; i < fields_.size(); ++i) {
      if (fields_[i].name == name) column_ = i;
    }
    return true;
  }
  // Not the library's words: they quote bytes of the input, which need not be text.
  bool parse_error(std::size_t at, std::string const&, nlohmann::detail::exception const&) {
    return fail("JSON parse error at byte " + std::to_string(at));
  }

  given_document take() { return std::move(given_); }
  std::string const& problem() const { return problem_; }

 private:
  template <class Store>
  bool scalar(Store store_in) {
    if (depth_ == 0) return fail("an object is expected");
    if (depth_ > 1 || column_ == fields_.size()) return true;
    return store_in(column_);
  }
  bool open(std::string_view what) {
    if (depth_ == deepest_) return fail("nested too deeply");
    if (depth_ == 1 && column_ < fields_.size()) return wrong(column_, what);
    ++depth_;
    return true;
  }
  bool close() {
    --depth_;
    return true;
  }
  // In place: at -O2 g++ 12 takes what is moved out of a temporary variant for uninitialised.
  template <class Value>
  bool store(std::size_t i, Value&& is) {
    given_.fields[i].emplace(std::forward<Value>(is));
    return true;
  }
  bool whole(std::size_t i, std::int64_t n) {
    if (fields_[i].kind == field_kind::text) return store(i, std::to_string(n));
    if (fields_[i].kind == field_kind::integer32 &&
        (n < std::numeric_limits<std::int32_t>::min() || n > std::numeric_limits<std::int32_t>::max())) {
      return out_of_range(i);
    }
    return store(i, n);
  }
  bool number_from(std::size_t i, std::string_view digits) {
    if (digits.empty()) return store(i, std::monostate{});  // as the originals' parser takes ""
    std::int64_t n = 0;
    auto const [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), n);
    if (error == std::errc::result_out_of_range && end == digits.data() + digits.size()) return out_of_range(i);
    if (error != std::errc{} || end != digits.data() + digits.size()) return wrong(i, "text that is no whole number");
    return whole(i, n);
  }
  bool wrong(std::size_t i, std::string_view what) {
    auto const* const expected = fields_[i].kind == field_kind::text ? "text" : "a whole number";
    return fail(fields_[i].name + " must be " + expected + ", not " + std::string{what});
  }
  bool out_of_range(std::size_t i) { return fail(fields_[i].name + " is out of range"); }
  bool fail(std::string what) {
    if (problem_.empty()) problem_ = std::move(what);
    return false;
  }

  std::span<resource_field const> fields_;
  std::size_t deepest_;
  std::size_t depth_ = 0;
  std::size_t column_ = 0;
  bool is_id_ = false;
  given_document given_;
  std::string problem_;
};

}  // namespace

result<given_document, std::string> read_document(std::string_view body, std::span<resource_field const> fields,
                                                  std::size_t depth) {
  if (body.empty()) return std::string{"the body is missing"};
  document_reader reader{fields, depth};
  if (!nlohmann::json::sax_parse(body.begin(), body.end(), &reader)) return reader.problem();
  return reader.take();
}

std::string refusal_json(std::string_view message) {
  std::string out = R"({"cause":null,"message":)";
  append_json_string(out, message);
  out += '}';
  return out;
}

std::optional<std::int64_t> read_integer(std::string_view text) {
  std::int64_t n = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return n;
}

}  // namespace holdfast::kit
