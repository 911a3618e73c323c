#include "cluster/objects/bounded_json.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "cluster/objects/field_problem.hpp"

namespace holdfast::cluster {
namespace {

/// Builds the value from the parser's events, and stops at what nobody may send.
class bounded_reader : public nlohmann::json_sax<json> {
 public:
  bool null() override { return add(nullptr); }
  bool boolean(bool value) override { return add(value); }
  bool number_integer(number_integer_t value) override { return add(value); }
  bool number_unsigned(number_unsigned_t value) override {
    // Small numbers are of one kind, wherever they come from.
    if (value <= static_cast<number_unsigned_t>(INT64_MAX)) return add(static_cast<number_integer_t>(value));
    return add(value);
  }
  bool number_float(number_float_t value, string_t const& /*text*/) override { return add(value); }
  bool string(string_t& value) override { return add(std::move(value)); }
  bool binary(binary_t& /*value*/) override { return fail("binary values are not JSON"); }
  bool start_object(std::size_t /*members*/) override { return open(json::object()); }
  bool end_object() override { return close(); }
  bool start_array(std::size_t /*elements*/) override { return open(json::array()); }
  bool end_array() override { return close(); }
  bool key(string_t& name) override {
    if (open_.back()->contains(name)) return fail(fmt::format("the key \"{}\" occurs twice", shown(name)));
    key_ = std::move(name);
    return true;
  }
  bool parse_error(std::size_t position, std::string const& /*token*/,
                   nlohmann::json::exception const& /*error*/) override {
    if (problem_.empty()) problem_ = fmt::format("this is no JSON: error at byte {}", position);
    return false;
  }

  std::string const& problem() const { return problem_; }
  json take() { return std::move(root_); }

 private:
  json* put(json value) {
    if (open_.empty()) {
      root_ = std::move(value);
      return &root_;
    }
    auto& parent = *open_.back();
    if (parent.is_array()) {
      parent.push_back(std::move(value));
      return &parent.back();
    }
    return &(parent[key_] = std::move(value));
  }

  bool add(json value) {
    put(std::move(value));
    return true;
  }

  bool open(json value) {
    if (open_.size() >= most_json_depth) return fail(fmt::format("values are nested deeper than {}", most_json_depth));
    // The parent's elements do not move while a child of it is open.
    open_.push_back(put(std::move(value)));
    return true;
  }

  bool close() {
    open_.pop_back();
    return true;
  }

  bool fail(std::string problem) {
    problem_ = std::move(problem);
    return false;
  }

  json root_;
  std::vector<json*> open_;
  std::string key_;
  std::string problem_;
};

}  // namespace

std::size_t depth_of(json const& value) {
  if (!value.is_structured()) return 0;
  std::size_t deepest = 0;
  for (auto const& part : value) deepest = std::max(deepest, depth_of(part));
  return deepest + 1;
}

api_error body_too_large(std::size_t limit) {
  return {.code = 413,
          .reason = "RequestEntityTooLarge",
          .message = fmt::format("Request entity too large: limit is {}", limit)};
}

api_result<json> parse_body(std::string_view text, std::size_t most_bytes) {
  if (text.size() > most_bytes) return body_too_large(most_bytes);
  bounded_reader reader;
  if (json::sax_parse(text, &reader)) return {boost::system::in_place_value, reader.take()};
  return bad_request("the body cannot be read: " + reader.problem());
}

}  // namespace holdfast::cluster
