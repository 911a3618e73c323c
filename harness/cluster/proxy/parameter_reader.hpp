#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "core/clock.hpp"
#include "core/diagnostic.hpp"

namespace holdfast::cluster {

/// A parameter that a kind of fault knows.
struct fault_parameter {
  std::string_view name;
  std::string_view meaning;  ///< with the default, if there is one
  bool is_required = false;
};

/// Where parameters were written, for messages.
struct parameter_source {
  std::string file;
  std::uint32_t line = 0;
  std::string field;  ///< path of what holds them, e.g. "actions[2].fault"
};

/// Reads a fault's parameters, each from its text, and notes every problem.
class parameter_reader {
 public:
  using texts = std::map<std::string, std::string, std::less<>>;

  /// Notes parameters that are unknown and required ones that are missing.
  parameter_reader(texts const& given, std::span<fault_parameter const> known, parameter_source source);

  bool has(std::string_view name) const { return given_.contains(name); }
  nanoseconds duration(std::string_view name, nanoseconds otherwise = {});
  std::uint64_t size(std::string_view name, std::uint64_t otherwise = 0);  ///< bytes
  double bytes_per_second(std::string_view name);                          ///< "100KiB/s"; above zero
  /// One of `words`: its index; the first when it is not given.
  std::size_t choice(std::string_view name, std::span<std::string_view const> words);

  /// Notes a problem with the value of a parameter.
  void refuse(std::string_view name, std::string problem, std::string fix);
  bool has_problems() const { return !problems_.empty(); }
  diagnostics take_problems() { return std::move(problems_); }

 private:
  std::string const* text(std::string_view name) const;
  void note(std::string_view name, std::string value, std::string problem, std::string fix);
  texts const& given_;
  parameter_source source_;
  diagnostics problems_;
};

}  // namespace holdfast::cluster
