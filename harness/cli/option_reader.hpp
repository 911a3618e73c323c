#pragma once

#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/diagnostic.hpp"
#include "core/units.hpp"
#include "load/load_stages_text.hpp"

namespace holdfast::cli {

/// Reads values of options and collects everything that is wrong with them.
class option_reader {
 public:
  void add(std::string_view option, std::string_view value, std::string_view problem, std::string_view fix) {
    problems_.push_back(load::option_problem(option, value, problem, fix));
  }
  void append(diagnostics const& more) { problems_.insert(problems_.end(), more.begin(), more.end()); }

  /// A quantity, if it was given and is one. `parse` answers with a unit_error when it is not.
  template <class Parse>
  auto quantity(std::string_view option, std::optional<std::string> const& given, Parse parse)
      -> std::optional<typename decltype(parse(std::string_view{}))::value_type> {
    if (!given) return std::nullopt;
    auto const parsed = parse(std::string_view{*given});
    if (parsed) return *parsed;
    add(option, *given, parsed.error().problem, parsed.error().fix);
    return std::nullopt;
  }

  /// The same; zero is not one.
  template <class Parse>
  auto quantity_above_zero(std::string_view option, std::optional<std::string> const& given, Parse parse,
                           std::string_view fix) {
    auto value = quantity(option, given, parse);
    if (value && *value == typename decltype(value)::value_type{}) {
      add(option, *given, "must be above zero", fix);
      value.reset();
    }
    return value;
  }

  bool empty() const { return problems_.empty(); }
  diagnostics take() { return std::exchange(problems_, {}); }

 private:
  diagnostics problems_;
};

}  // namespace holdfast::cli
