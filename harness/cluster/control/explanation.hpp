#pragma once

#include <string>
#include <vector>

namespace holdfast::cluster {

/// Something a decision was made from: "ratio" and "1.6".
struct fact {
  std::string name;
  std::string value;
  friend bool operator==(fact const&, fact const&) = default;
};

/// Why a decision came out as it did.
struct explanation {
  std::string statement{};     ///< what was decided, in Kubernetes' words: "New size: 8; reason: ..."
  std::string rule{};          ///< the formula or the rule that was applied
  std::vector<fact> inputs{};  ///< what it was applied to
  std::string limit{};         ///< what limited the result; empty when nothing did
  friend bool operator==(explanation const&, explanation const&) = default;
};

/// One line for an Event: "statement (rule: ...; inputs a=1, b=2; limited by ...)"; parts that are empty are left out.
std::string message(explanation const& why);

enum class event_type { normal, warning };

/// An Event that a controller's decision leaves behind.
struct control_event {
  event_type type = event_type::normal;
  std::string reason{};  ///< in CamelCase: "SuccessfulRescale"
  explanation why{};
};

}  // namespace holdfast::cluster
