#include "cluster/proxy/parameter_reader.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "core/units.hpp"

namespace holdfast::cluster {

parameter_reader::parameter_reader(texts const& given, std::span<fault_parameter const> known, parameter_source source)
    : given_{given}, source_{std::move(source)} {
  std::vector<std::string_view> names;
  for (auto const& parameter : known) names.push_back(parameter.name);
  for (auto const& [name, value] : given_) {
    if (std::ranges::find(names, name) != names.end()) continue;
    std::string fix = names.empty() ? "Remove it: this fault has no parameters." : "Known are:";
    for (auto const& word : names) fix += (word == names.front() ? " " : ", ") + std::string{word};
    if (!names.empty()) fix += "." + did_you_mean(name, names);
    note(name, value, "unknown parameter", std::move(fix));
  }
  for (auto const& parameter : known) {
    if (parameter.is_required && !has(parameter.name)) {
      note(parameter.name, "", "missing", "Give the " + std::string{parameter.meaning} + ".");
    }
  }
}

nanoseconds parameter_reader::duration(std::string_view name, nanoseconds otherwise) {
  auto const* const given = text(name);
  if (given == nullptr) return otherwise;
  auto const read = parse_duration(*given);
  if (read) return *read;
  refuse(name, read.error().problem, read.error().fix);
  return otherwise;
}

std::uint64_t parameter_reader::size(std::string_view name, std::uint64_t otherwise) {
  auto const* const given = text(name);
  if (given == nullptr) return otherwise;
  auto const read = parse_size(*given);
  if (read) return *read;
  refuse(name, read.error().problem, read.error().fix);
  return otherwise;
}

double parameter_reader::bytes_per_second(std::string_view name) {
  auto const* const given = text(name);
  if (given == nullptr) return 0;
  auto const bytes = given->ends_with("/s") ? parse_size(std::string_view{*given}.substr(0, given->size() - 2))
                                            : result<std::uint64_t, unit_error>{unit_error{}};
  if (bytes && *bytes > 0) return static_cast<double>(*bytes);
  refuse(name, "not a number of bytes a second above zero", "Write e.g. \"100KiB/s\" or \"2MB/s\".");
  return 0;
}

std::size_t parameter_reader::choice(std::string_view name, std::span<std::string_view const> words) {
  auto const* const given = text(name);
  if (given == nullptr) return 0;
  auto const found = std::ranges::find(words, *given);
  if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
  std::string fix = "Choose";
  for (auto const& word : words)
    fix += (word == words.front() ? " " : word == words.back() ? " or " : ", ") + std::string{word};
  refuse(name, "unknown word", fix + "." + did_you_mean(*given, words));
  return 0;
}

void parameter_reader::refuse(std::string_view name, std::string problem, std::string fix) {
  auto const* const given = text(name);
  note(name, given == nullptr ? "" : *given, std::move(problem), std::move(fix));
}

std::string const* parameter_reader::text(std::string_view name) const {
  auto const found = given_.find(name);
  return found == given_.end() ? nullptr : &found->second;
}

void parameter_reader::note(std::string_view name, std::string value, std::string problem, std::string fix) {
  auto field = source_.field.empty() ? std::string{name} : source_.field + "." + std::string{name};
  problems_.push_back(
      {source_.file, source_.line, std::move(field), std::move(value), std::move(problem), std::move(fix)});
}

}  // namespace holdfast::cluster
