#include "cluster/objects/yaml_document.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include "cluster/objects/document_boundaries.hpp"
#include "cluster/objects/field_problem.hpp"
#include "cluster/objects/utf8.hpp"
#include "cluster/objects/yaml_scalar.hpp"

namespace holdfast::cluster {
namespace {

constexpr std::string_view standard_tag = "tag:yaml.org,2002:";

std::uint32_t line_at(YAML::Mark const& mark) { return static_cast<std::uint32_t>(std::max(mark.line, 0)) + 1; }

/// Stops the reading of a file that would cost too much.
struct limit_reached : std::runtime_error {
  limit_reached(std::uint32_t where, std::string const& what, char const* mend = "Simplify the file, or split it.")
      : std::runtime_error{what}, line{where}, fix{mend} {}
  std::uint32_t line;
  char const* fix;
};

/// A value with its lines.
struct node {
  json value;
  source_lines lines;
};

struct cost {
  std::size_t nodes = 0;
  std::size_t bytes = 0;
};

/// @return how deep the value is: 0 for a scalar
std::size_t add_cost(json const& value, cost& total) {
  ++total.nodes;
  if (value.is_string()) total.bytes += value.get_ref<std::string const&>().size();
  if (!value.is_structured()) return 0;
  std::size_t deepest = 0;
  for (auto const& [key, part] : value.items()) {
    if (value.is_object()) total.bytes += key.size();
    deepest = std::max(deepest, add_cost(part, total));
  }
  return deepest + 1;
}

/// A map or list that is being read.
struct frame {
  node so_far;
  YAML::anchor_t anchor = 0;
  bool is_map = false;
  std::optional<std::string> key{};  ///< the value is next
  std::uint32_t key_line = 0;
  bool key_merges = false;
  std::vector<node> merges{};
};

class document_builder : public YAML::EventHandler {
 public:
  document_builder(std::string_view text, std::string_view file, yaml_limits const& limits, yaml_file& out)
      : boundaries_{text}, file_{file}, limits_{limits}, out_{out} {}

  void OnDocumentStart(YAML::Mark const& mark) override {
    auto const line = line_at(mark);
    if (last_start_ != 0 && !boundaries_.may_begin(last_start_, line)) {
      throw limit_reached{line, "something is left over behind the end of a document",
                          "Look at the brackets before it. Lines of \"---\" separate documents."};
    }
    last_start_ = line;
    frames_.clear();
    anchored_.clear();
  }
  void OnDocumentEnd() override {}

  void OnNull(YAML::Mark const& mark, YAML::anchor_t anchor) override {
    accept({nullptr, {.line = line_at(mark), .names = {}, .parts = {}}}, anchor, false);
  }

  void OnAlias(YAML::Mark const& mark, YAML::anchor_t anchor) override {
    auto const found = anchored_.find(anchor);
    if (found == anchored_.end()) {
      report(line_at(mark), "*", "the alias refers to what contains it", "An alias can only repeat what is complete");
      accept({nullptr, {.line = line_at(mark), .names = {}, .parts = {}}}, 0, false);
      return;
    }
    charge(found->second.value, line_at(mark));
    accept(found->second, 0, false);
  }

  void OnScalar(YAML::Mark const& mark, std::string const& tag, YAML::anchor_t anchor,
                std::string const& text) override {
    auto const line = line_at(mark);
    auto value = resolve_scalar(tag, text);
    if (!value) report(line, shown(text), value.error().problem, value.error().fix);
    node made{value ? *std::move(value) : json(nullptr), {.line = line, .names = {}, .parts = {}}};
    charge(made.value, line);
    accept(std::move(made), anchor, text == "<<" && (tag.empty() || tag == "?"));
  }

  void OnSequenceStart(YAML::Mark const& mark, std::string const& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value /*style*/) override {
    open(line_at(mark), tag, anchor, false);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(YAML::Mark const& mark, std::string const& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    open(line_at(mark), tag, anchor, true);
  }
  void OnMapEnd() override {
    merge_in(frames_.back());
    close();
  }

 private:
  void report(std::uint32_t line, std::string value, std::string problem, std::string fix) {
    constexpr std::size_t enough = 100;
    if (out_.problems.size() >= enough) throw limit_reached{line, "there are too many problems to tell them all"};
    out_.problems.push_back({.file = std::string{file_},
                             .line = line,
                             .field = {},
                             .value = std::move(value),
                             .problem = std::move(problem),
                             .fix = fix.empty() ? fix : fix + '.'});
  }

  void charge(json const& value, std::uint32_t line) {
    if (frames_.size() + add_cost(value, spent_) > limits_.depth) {
      throw limit_reached{line, fmt::format("lists and maps are nested deeper than {}", limits_.depth)};
    }
    if (spent_.nodes > limits_.nodes || spent_.bytes > limits_.expanded_bytes) {
      throw limit_reached{line, fmt::format("the file holds more than {} values or {} bytes of text, counting what "
                                            "aliases repeat",
                                            limits_.nodes, limits_.expanded_bytes)};
    }
  }

  void open(std::uint32_t line, std::string_view tag, YAML::anchor_t anchor, bool is_map) {
    bool const is_known =
        tag.empty() || tag == "?" || tag == "!" || tag == fmt::format("{}{}", standard_tag, is_map ? "map" : "seq");
    if (!is_known) report(line, std::string{tag}, "the tag is not known", "Remove the tag");
    auto value = is_map ? json::object() : json::array();
    charge(value, line);
    frames_.push_back(
        {.so_far = {std::move(value), {.line = line, .names = {}, .parts = {}}}, .anchor = anchor, .is_map = is_map});
  }

  void close() {
    auto done = std::move(frames_.back());
    frames_.pop_back();
    accept(std::move(done.so_far), done.anchor, false);
  }

  /// A complete value: a key, a member, an element, or the whole document.
  void accept(node made, YAML::anchor_t anchor, bool is_merge_word) {
    if (anchor != 0) {
      charge(made.value, made.lines.line);
      anchored_.insert_or_assign(anchor, made);
    }
    if (frames_.empty()) {
      if (!made.value.is_null()) out_.documents.push_back({std::move(made.value), std::move(made.lines)});
      return;
    }
    auto& parent = frames_.back();
    if (!parent.is_map) {
      parent.so_far.value.push_back(std::move(made.value));
      parent.so_far.lines.parts.push_back(std::move(made.lines));
    } else if (!parent.key) {
      take_key(parent, made, is_merge_word);
    } else {
      take_member(parent, std::move(made));
    }
  }

  void take_key(frame& parent, node const& made, bool is_merge_word) {
    parent.key_line = made.lines.line;
    parent.key_merges = is_merge_word;
    parent.key = made.value.is_string() ? made.value.get<std::string>() : std::string{};
    if (made.value.is_boolean() || made.value.is_number()) parent.key = made.value.dump();
    if (made.value.is_structured() || made.value.is_null()) {
      report(made.lines.line, shown(made.value), "a key has to be a text", "Quote it");
    }
  }

  void take_member(frame& parent, node made) {
    auto key = *std::exchange(parent.key, std::nullopt);
    if (parent.key_merges) {
      parent.merges.push_back(std::move(made));
      return;
    }
    auto& object = parent.so_far;
    if (object.value.contains(key)) {
      auto const first = part_named(object.lines, key)->line;
      report(parent.key_line, shown(key), "the key occurs twice in one map",
             fmt::format("It stands in line {} already; remove one", first));
      return;
    }
    made.lines.line = parent.key_line;
    object.value[key] = std::move(made.value);
    object.lines.names.push_back(std::move(key));
    object.lines.parts.push_back(std::move(made.lines));
  }

  /// "<<": members of other maps, unless the map has its own of that name. The first of several wins.
  void merge_in(frame& map) {
    for (auto const& source : std::exchange(map.merges, {})) {
      if (source.value.is_object()) {
        merge_from(map, source.value, source.lines);
        continue;
      }
      bool const is_list = source.value.is_array() &&
                           std::ranges::all_of(source.value, [](json const& each) { return each.is_object(); });
      if (!is_list) {
        report(source.lines.line, "<<", "only maps can be merged into a map", "Let \"<<\" refer to a map");
        continue;
      }
      for (std::size_t i = 0; i < source.value.size(); ++i) merge_from(map, source.value[i], source.lines.parts[i]);
    }
  }

  static void merge_from(frame& map, json const& source, source_lines const& lines) {
    for (std::size_t i = 0; i < lines.names.size(); ++i) {
      auto const& name = lines.names[i];
      if (map.so_far.value.contains(name)) continue;
      map.so_far.value[name] = source.at(name);
      map.so_far.lines.names.push_back(name);
      map.so_far.lines.parts.push_back(lines.parts[i]);
    }
  }

  document_boundaries boundaries_;
  std::uint32_t last_start_ = 0;  ///< line of the document; 0 before the first
  std::string_view file_;
  yaml_limits const& limits_;
  yaml_file& out_;
  std::vector<frame> frames_;
  std::map<YAML::anchor_t, node> anchored_;
  cost spent_;
};

void parse_all(std::string_view text, document_builder& builder) {
  std::istringstream stream{std::string{text}};
  YAML::Parser parser{stream};
  while (parser.HandleNextDocument(builder)) {
  }
}

}  // namespace

yaml_file read_yaml(std::string_view text, std::string_view file, yaml_limits const& limits) {
  yaml_file read;
  auto const fail = [&](std::uint32_t line, std::string problem, std::string fix) {
    read.problems.push_back({std::string{file}, line, {}, {}, std::move(problem), std::move(fix)});
  };
  if (text.size() > limits.bytes) {
    fail(0, fmt::format("the file is larger than {} bytes", limits.bytes), "Split it.");
    return read;
  }
  if (auto const at = first_unprintable(text); at < text.size()) {
    auto const line = 1 + std::ranges::count(text.substr(0, at), '\n');
    fail(static_cast<std::uint32_t>(line), "the file is not text in UTF-8",
         "Write it in UTF-8, without control bytes.");
    return read;
  }
  document_builder builder{text, file, limits, read};
  try {
    parse_all(text, builder);
  } catch (limit_reached const& reached) {
    fail(reached.line, reached.what(), reached.fix);
  } catch (YAML::Exception const& wrong) {
    fail(line_at(wrong.mark), "this is no YAML: " + wrong.msg,
         "Look at the indentation, quotes and brackets around it.");
  } catch (std::exception const& wrong) {  // the parser's own, for what it did not foresee
    fail(0, std::string{"this is no YAML: "} + wrong.what(), "Look at indentation, quotes and brackets.");
  }
  return read;
}

}  // namespace holdfast::cluster
