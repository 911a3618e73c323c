#include "cli/siege/siege_tally.hpp"

#include <algorithm>

namespace holdfast::cli {

void siege_tally::count_answer(std::uint16_t status, std::uint64_t bytes, nanoseconds time) {
  ++answered;
  body_bytes += bytes;
  ++outcomes[static_cast<std::size_t>(outcome_of_status(status))];
  count_time(time);
  if (is_siege_failure(status)) {
    ++failed;
    return;
  }
  ++transactions;
  auto const asks_for_login = status == 401 || status == 407;
  if (status < 400 || asks_for_login) ++successful;
  if (status == 200) ++ok_200;
  if (status >= 400 && status < 500 && !asks_for_login) ++client_errors;
}

void siege_tally::count_failure(load::outcome reason, nanoseconds time) {
  ++failed;
  ++outcomes[static_cast<std::size_t>(reason)];
  count_time(time);
}

void siege_tally::count_time(nanoseconds time) {
  total_time += time;
  longest = std::max(longest.value_or(time), time);
  shortest = std::min(shortest.value_or(time), time);
}

void siege_tally::merge(siege_tally const& other) {
  transactions += other.transactions;
  successful += other.successful;
  ok_200 += other.ok_200;
  failed += other.failed;
  client_errors += other.client_errors;
  answered += other.answered;
  body_bytes += other.body_bytes;
  total_time += other.total_time;
  if (other.longest) longest = std::max(longest.value_or(*other.longest), *other.longest);
  if (other.shortest) shortest = std::min(shortest.value_or(*other.shortest), *other.shortest);
  for (std::size_t i = 0; i < outcomes.size(); ++i) outcomes[i] += other.outcomes[i];
}

}  // namespace holdfast::cli
