// What holds for the run as a whole.
#include <algorithm>

#include "bookshop/invariants/checks.hpp"

namespace holdfast::bookshop {

void check_run(client_account const& account, findings& into) {
  for (auto const& [path, answers] : account.replica_answers) {
    bool const differ =
        std::any_of(answers.begin(), answers.end(), [&](auto const& a) { return a != answers.front(); });
    if (differ) into.add("I-10", "replicas answer " + path + " differently");
  }
  if (auto const& calls = account.calls_while_open; calls && calls->first > calls->second) {
    into.add("I-11", std::to_string(calls->first) + " calls passed the open breaker in " +
                         std::to_string(calls->second) + " sleep windows");
  }
  if (auto const& accepted = account.accepted_without_consumers; accepted && accepted->second < accepted->first) {
    into.add("I-12", std::to_string(accepted->first - accepted->second) + " of " + std::to_string(accepted->first) +
                         " requests were not accepted while only consumers were down");
  }
}

}  // namespace holdfast::bookshop
