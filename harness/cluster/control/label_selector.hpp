#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/units.hpp"

namespace holdfast::cluster {

using label_map = std::map<std::string, std::string, std::less<>>;

enum class label_operator { in, not_in, exists, does_not_exist };

/// One of matchExpressions. A value list belongs to in and not_in only.
struct label_requirement {
  std::string key;
  label_operator op = label_operator::exists;
  std::vector<std::string> values;
};

/// Kubernetes: all of matchLabels and all of matchExpressions have to hold; without any of both everything matches.
struct label_selector {
  label_map match_labels;
  std::vector<label_requirement> expressions;
};

bool is_empty(label_selector const& selector);

/// not_in and does_not_exist also hold for an object without the label.
bool matches(label_selector const& selector, label_map const& labels);

/// What is wrong with a selector: a value list missing, or one that does not belong; an empty key. Empty when it is
/// sound.
std::vector<unit_error> problems_of(label_selector const& selector);

/// As kubectl prints and -l takes it: "app=book,tier in (back,front),!canary". "<none>" when empty.
std::string text_of(label_selector const& selector);

/// Reads that form; also "==", "!=", "notin" and a bare key. An empty text selects everything.
result<label_selector, unit_error> parse_label_selector(std::string_view text);

}  // namespace holdfast::cluster
