#include <string>
#include <utility>

#include <fmt/format.h>

#include "cluster/objects/bounded_json.hpp"
#include "cluster/objects/json_pointer.hpp"
#include "cluster/objects/object_meta.hpp"
#include "cluster/objects/patches.hpp"

namespace holdfast::cluster {
namespace {

constexpr std::size_t most_operations = 10'000;
constexpr std::size_t most_copied_bytes = 2 * 1024 * 1024;
constexpr std::size_t value_bytes = 32;  // of memory, about, besides its text

/// Memory that a copy of the value takes, about.
std::size_t weight_of(json const& value) {
  auto weight = value_bytes;
  if (value.is_string()) weight += value.get_ref<std::string const&>().size();
  if (!value.is_structured()) return weight;
  for (auto const& [key, part] : value.items()) weight += weight_of(part) + (value.is_object() ? key.size() : 0);
  return weight;
}

/// Why an operation could not be done; empty when it was.
using failure = std::string;
using steps = std::vector<std::string>;

failure nothing_at(std::string const& path) { return fmt::format("there is nothing at \"{}\"", path); }

/// The document with the operations done so far.
class patch_run {
 public:
  explicit patch_run(json object) : object_(std::move(object)) {}  // braces would make a list of it

  failure run(json const& operation) {
    auto const& op = text_at(operation, "op");
    auto const path = pointer_in(operation, "path");
    if (!path) return "\"path\" is missing or no JSON pointer";
    if (op == "remove") return remove(*path, text_at(operation, "path"));
    if (op == "move" || op == "copy") return transfer(operation, *path, op == "move");
    if (op != "add" && op != "replace" && op != "test") return fmt::format("there is no operation \"{}\"", op);
    if (!operation.contains("value")) return "\"value\" is missing";
    auto const& value = operation["value"];
    if (op == "add") return add(*path, text_at(operation, "path"), value);
    auto* const there = value_at(object_, *path, path->size());
    if (there == nullptr) return nothing_at(text_at(operation, "path"));
    if (op == "replace") {
      if (path->size() + depth_of(value) > most_json_depth) return "the object becomes too deep";
      *there = value;
    } else if (*there != value) {
      return fmt::format("testing the value at \"{}\" failed", text_at(operation, "path"));
    }
    return {};
  }

  json take() { return std::move(object_); }

 private:
  static std::optional<steps> pointer_in(json const& operation, char const* name) {
    auto const* const text = member(operation, name).get_ptr<std::string const*>();
    return text == nullptr ? std::nullopt : pointer_steps(*text);
  }

  failure add(steps const& path, std::string const& text, json value) {
    if (path.size() + depth_of(value) > most_json_depth) return "the object becomes too deep";
    if (path.empty()) {
      object_ = std::move(value);
      return {};
    }
    auto* const parent = value_at(object_, path, path.size() - 1);
    if (parent == nullptr || !parent->is_structured()) return nothing_at(text);
    if (parent->is_object()) {
      (*parent)[path.back()] = std::move(value);
      return {};
    }
    auto const index = path.back() == "-" ? std::optional{parent->size()} : list_index(path.back(), parent->size() + 1);
    if (!index) return fmt::format("\"{}\" is behind the end of the list", text);
    parent->insert(parent->begin() + static_cast<std::ptrdiff_t>(*index), std::move(value));
    return {};
  }

  failure remove(steps const& path, std::string const& text) {
    if (path.empty()) return "the whole object cannot be removed";
    auto* const parent = value_at(object_, path, path.size() - 1);
    if (parent == nullptr || value_at(object_, path, path.size()) == nullptr) return nothing_at(text);
    if (parent->is_object()) {
      parent->erase(path.back());
    } else {
      parent->erase(*list_index(path.back(), parent->size()));
    }
    return {};
  }

  failure transfer(json const& operation, steps const& path, bool is_move) {
    auto const& text = text_at(operation, "from");
    auto const from = pointer_in(operation, "from");
    if (!from) return "\"from\" is missing or no JSON pointer";
    auto const* const there = value_at(object_, *from, from->size());
    if (there == nullptr) return nothing_at(text);
    auto value = *there;
    if (is_move) {
      bool const is_inside = path.size() > from->size() && std::equal(from->begin(), from->end(), path.begin());
      if (is_inside) return "a value cannot be moved into itself";
      if (path == *from) return {};
      if (auto why = remove(*from, text); !why.empty()) return why;
    } else {
      // Copies of copies double: without a bound, a short patch would fill the memory.
      copied_ += weight_of(value);
      if (copied_ > most_copied_bytes) return fmt::format("copies take more than {} bytes", most_copied_bytes);
    }
    return add(path, text_at(operation, "path"), std::move(value));
  }

  json object_;
  std::size_t copied_ = 0;
};

}  // namespace

api_result<json> json_patched(json object, json const& operations) {
  if (!operations.is_array()) return bad_request("a JSON patch has to be a list of operations");
  if (operations.size() > most_operations) {
    return api_error{.code = 413,
                     .reason = "RequestEntityTooLarge",
                     .message = fmt::format("The allowed maximum operations in a JSON patch is {}, got {}",
                                            most_operations, operations.size())};
  }
  patch_run run{std::move(object)};
  for (std::size_t i = 0; i < operations.size(); ++i) {
    auto const why = run.run(operations[i]);
    if (why.empty()) continue;
    return api_error{.code = 422,
                     .reason = "Invalid",
                     .message = fmt::format("the JSON patch does not fit the object: operation {}: {}", i, why)};
  }
  auto result = run.take();
  if (!result.is_object()) return bad_request("the JSON patch leaves no object");
  return {boost::system::in_place_value, std::move(result)};
}

}  // namespace holdfast::cluster
