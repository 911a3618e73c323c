#include "cluster/local/fault_text.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include <fmt/format.h>

namespace holdfast::cluster {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  auto const first = text.find_first_not_of(blanks);
  return first == std::string_view::npos ? std::string_view{}
                                         : text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

/// Takes what comes before a separator off the text.
std::string_view next_part(std::string_view& text, std::string_view separators) {
  auto const end = text.find_first_of(separators);
  auto const part = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return trimmed(part);
}

constexpr std::array<std::pair<std::string_view, path_direction>, 3> directions{
    {{"to-pod", path_direction::to_pod}, {"to-client", path_direction::to_client}, {"both", path_direction::both}}};

class fault_reader {
 public:
  fault_reader(written_faults& into, std::string_view service) : into_{into}, service_{service} {}

  void read(std::string_view text) {
    written_fault fault{.text = std::string{text}};
    fault.request.source = {.file = std::string{service_}, .line = 0, .field = faults_annotation};
    fault.request.name = fault.text;
    auto rest = text;
    fault.request.kind = next_part(rest, " \t\n");
    auto const problems_before = into_.problems.size();
    while (!(rest = trimmed(rest)).empty()) parameter(next_part(rest, " \t\n,"), fault);
    if (auto const checked = read_fault(fault.request); !checked) {
      std::ranges::copy(checked.error(), std::back_inserter(into_.problems));
    }
    if (into_.problems.size() == problems_before) into_.faults.push_back(std::move(fault));
  }

 private:
  void parameter(std::string_view text, written_fault& fault) {
    if (text.empty()) return;
    auto const equals = text.find('=');
    auto const name = text.substr(0, equals);
    if (equals == std::string_view::npos || name.empty()) {
      return complain(text, "is not a parameter", "Write NAME=VALUE, e.g. delay=100ms.");
    }
    auto const value = text.substr(equals + 1);
    if (name == "direction") return direction(value, fault.request);
    if (name == "port") return port(value, fault);
    if (!fault.request.parameters.emplace(name, value).second) complain(text, "is there twice", "Keep one of them.");
  }

  void port(std::string_view value, written_fault& fault) {
    if (value.empty()) return complain(value, "is not a port", "Write the name of one of the Service's ports.");
    fault.port = value;
  }

  void direction(std::string_view value, fault_request& request) {
    auto const* const found = std::ranges::find(directions, value, &std::pair<std::string_view, path_direction>::first);
    if (found == directions.end()) return complain(value, "is not a direction", "Write to-pod, to-client or both.");
    request.direction = found->second;
  }

  void complain(std::string_view value, std::string problem, std::string fix) {
    into_.problems.push_back({.file = std::string{service_},
                              .field = faults_annotation,
                              .value = std::string{value},
                              .problem = std::move(problem),
                              .fix = std::move(fix)});
  }

  written_faults& into_;
  std::string_view service_;
};

}  // namespace

written_faults read_fault_text(std::string_view text, std::string_view service) {
  written_faults read;
  fault_reader reader{read, service};
  while (!text.empty()) {
    auto const part = next_part(text, ";");
    bool const is_known = std::ranges::find(read.faults, part, &written_fault::text) != read.faults.end();
    if (!part.empty() && !is_known) reader.read(part);
  }
  return read;
}

}  // namespace holdfast::cluster
