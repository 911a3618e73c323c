#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/json_fields.hpp"
#include "load/scenario.hpp"

namespace holdfast::load {

/// What steps take over from the scenario unless they say otherwise.
struct step_defaults {
  std::optional<net::url> base;
  std::string base_prefix;  ///< path of the base, put before the steps' targets
  std::vector<header_line> headers;
  std::optional<basic_login> login;
  std::optional<json_field> refused;
  std::optional<json_field> fallback;
  think_time think;
  std::uint32_t redirects = 10;
  after_failure on_failure = after_failure::stop;
  http_version version = http_version::http_1_1;
  connection_use connection = connection_use::keep_alive;
};

/// What the parts of a scenario's reader share: the problems found so far, the names that are known, and the scenario
/// as far as it has been read.
class scenario_builder {
 public:
  scenario_builder(std::string_view file, file_loader const& load) : problems{file}, load_{load} {}

  /// Reads a file that the scenario names; a problem when it cannot be had.
  std::optional<std::string> load_file(json_field const& name);

  // Variables. Numbers are given in the order of definition: fixed ones, feeders' columns, extracted ones.
  void define_fixed(json_field const& where, std::string_view name, std::string value);
  void define_feeder(json_field const& where, std::string_view name, data_table table, feeder_order order);
  /// What should have defined variables cannot be read: those that use them are not to blame. A feeder's columns are
  /// then unknown, so that any short name may be one of them.
  void note_broken_variable(std::string_view name) { broken_.emplace(name); }
  void note_broken_feeder(std::string_view name) { broken_.emplace(name), any_name_may_be_broken_ = true; }
  /// Number of an extracted variable. It becomes known to later steps with make_known().
  std::optional<std::uint32_t> define_extracted(json_field const& where, std::string_view name);
  void make_known(std::string_view name, std::uint32_t number) { known_.push_back({intern(name), number}); }
  /// Forgets what earlier sequences have extracted.
  void begin_sequence() { known_.resize(lasting_); }

  /// Compiles a template of the file and notes what it uses; its problems become diagnostics.
  std::optional<text_template> text(json_field const& where, std::string_view text, value_encoding encoding,
                                    template_draws draws = template_draws::allowed);
  std::optional<text_template> text(json_field const& where, value_encoding encoding,
                                    template_draws draws = template_draws::allowed);
  /// The same for a header's value: its variables must not hold line breaks.
  std::optional<text_template> header_text(json_field const& where, std::string_view text);

  // What the step being read uses; also to be told of templates that are taken over.
  void begin_step() { used_.clear(), uses_seq_ = false; }
  void note_use(text_template const& what);
  std::set<std::uint32_t> const& used() const { return used_; }
  bool uses_seq() const { return uses_seq_; }
  std::vector<std::uint32_t> extracted_in_use() const;
  std::vector<std::uint32_t> feeders_in_use() const;

  std::uint32_t origin_number(net::origin const& to);
  std::uint32_t name_number(std::string_view name);

  /// Checks that need the whole scenario: that no value brings a line break into a header.
  void finish();

  json_problems problems;
  scenario made;
  step_defaults defaults;

 private:
  struct header_use {
    json_field where;
    std::uint32_t variable;
  };
  std::string_view intern(std::string_view name) { return *names_.emplace(name).first; }
  bool is_of_something_broken(std::string_view placeholder) const;
  bool check_name(json_field const& where, std::string_view name);
  bool is_taken(std::string_view name) const;
  void define_column(std::string_view feeder, std::string_view column, std::uint32_t number);
  void check_header_use(header_use const& use);

  file_loader const& load_;
  std::set<std::string, std::less<>> names_;  ///< owns the names that known_ refers to
  std::vector<variable_name> known_;
  std::set<std::string, std::less<>> broken_;  ///< variables and feeders that could not be read
  bool any_name_may_be_broken_ = false;
  std::set<std::string, std::less<>> columns_;  ///< short names of all columns so far
  std::size_t lasting_ = 0;                     ///< how many of known_ every sequence knows
  std::map<std::string, std::uint32_t, std::less<>> extracted_;
  std::map<std::string, std::uint32_t, std::less<>> request_names_;
  std::vector<header_use> header_uses_;
  std::set<std::uint32_t> used_;
  bool uses_seq_ = false;
};

}  // namespace holdfast::load
