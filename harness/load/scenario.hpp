#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/diagnostic.hpp"
#include "core/json_fields.hpp"
#include "core/random.hpp"
#include "core/result.hpp"
#include "load/answer_check.hpp"
#include "load/extraction.hpp"
#include "load/feeder.hpp"
#include "load/request_text.hpp"
#include "load/text_template.hpp"
#include "load/think_time.hpp"
#include "load/user_script.hpp"
#include "net/origin.hpp"
#include "net/url.hpp"

namespace holdfast::load {

/// What a user does after a step that did not succeed.
enum class after_failure : std::uint8_t {
  stop,   ///< leave out the rest of the sequence
  go_on,  ///< leave out only the steps that need a value which is missing now
};

enum class cookie_policy : std::uint8_t {
  off,
  user,      ///< a user keeps them as long as it lives
  sequence,  ///< forgotten when a sequence begins
};

struct basic_login {
  text_template user;
  text_template password;
};

/// One request of a sequence, ready to be rendered, and what its answer has to be like.
struct scenario_step {
  std::uint32_t name = 0;    ///< index in scenario::request_names
  std::uint32_t origin = 0;  ///< index in scenario::origins
  std::string method;
  text_template head;  ///< see compile_head()
  std::optional<basic_login> login;
  std::optional<text_template> body;
  std::string fixed_bytes;  ///< the whole request, when no part of it ever changes; else empty
  answer_rules rules;
  std::vector<json_pointer> pointers;  ///< places in the body that rules and extractions look at
  std::vector<extraction> extractions;
  std::vector<std::uint32_t> needs;  ///< extracted variables without which it cannot be sent or judged
  think_time think;
  std::uint32_t redirects = 0;  ///< how many may follow one another; 0: answers with 3xx are final
  after_failure on_failure = after_failure::stop;
  answer_wants wants = answer_wants::headers;
  bool close_after = false;
  bool uses_seq = false;
};

struct scenario_sequence {
  std::string name;
  double weight = 1;
  std::vector<scenario_step> steps;    ///< at least one
  std::vector<std::uint32_t> feeders;  ///< those that its steps take a row from, ascending
};

struct scenario_feeder {
  std::string name;
  data_table table;
  feeder_order order = feeder_order::sequential;
  std::uint32_t first_variable = 0;  ///< number of the variable of its first column
};

/// What the users of a run do: a weighted mix of sequences of requests. Immutable once read, shared by all shards.
/// Its file is described in docs/scenario.md and scenario.schema.json.
///
/// Variables are numbered: first the fixed ones, then the columns of the feeders, then those that are extracted.
struct scenario {
  std::vector<std::string> fixed;
  std::vector<scenario_feeder> feeders;
  std::uint32_t first_extracted = 0;
  std::uint32_t variables = 0;
  std::vector<std::string> request_names;  ///< as reports print them; steps of the same name share one
  std::vector<net::origin> origins;        ///< of the steps; redirects may lead to more
  std::vector<scenario_sequence> mix;      ///< at least one
  cookie_policy cookies = cookie_policy::off;

  /// A sequence, by weight.
  scenario_sequence const& pick(random_engine& random) const;
};

/// Why a file cannot be had: a sentence without its full stop.
class file_problem {
 public:
  file_problem() = default;
  /// @param why  e.g. "cannot be opened: No such file or directory"
  file_problem(std::string_view file, std::string_view why) {
    what_.append("\"").append(file).append("\" ").append(why);
  }
  std::string const& what() const { return what_; }

 private:
  std::string what_;
};

/// Reads a file that the scenario names.
using file_loader = std::function<result<std::string, file_problem>(std::string_view name)>;

/// Reads files relative to the folder of `scenario_file`, each up to 256 MiB.
file_loader files_beside(std::string_view scenario_file);

struct scenario_options {
  std::optional<net::url> base;  ///< from the command line: in place of the file's "base"
};

/// Reads and checks a scenario with the files that it names.
/// @param text  JSON; see docs/scenario.md
/// @param file  its name, for messages
/// @return the scenario, or everything that is wrong with it
result<scenario, diagnostics> read_scenario(std::string_view text, std::string_view file, file_loader const& load,
                                            scenario_options const& options = {});
/// The same for a scenario that is a part of another document.
/// @param part  stays as it is until this returns
result<scenario, diagnostics> read_scenario(json_field const& part, std::string_view file, file_loader const& load,
                                            scenario_options const& options = {});

}  // namespace holdfast::load
