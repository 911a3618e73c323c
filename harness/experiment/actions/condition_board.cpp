#include "experiment/actions/condition_board.hpp"

#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace holdfast::experiment {

namespace asio = boost::asio;

void condition_board::note(timeline_event const& event) {
  if (event.kind == timeline_kinds::replicas) replicas_[event.subject] = event;
  for (auto& each : waiters_) {
    if (!each.awaited.is_met() && each.awaited.note(event)) each.timer.cancel();
  }
}

asio::awaitable<bool> condition_board::met(condition const& what, std::optional<time_point> until) {
  auto const last = replicas_.find(what.subject);
  awaited_condition awaited{what, last == replicas_.end() ? nullptr : &last->second};
  if (awaited.is_met()) co_return true;
  // A list, and an end by destructor: the one who waits may be cancelled, which throws.
  struct place {
    std::list<waiter>& in;
    std::list<waiter>::iterator at;
    place(std::list<waiter>& list, waiter value) : in{list}, at{list.insert(list.end(), std::move(value))} {}
    place(place const&) = delete;
    place& operator=(place const&) = delete;
    ~place() { in.erase(at); }
  };
  place const mine{waiters_, {std::move(awaited), asio::steady_timer{executor_, until.value_or(time_point::max())}}};
  (void)co_await mine.at->timer.async_wait(asio::as_tuple(asio::use_awaitable));
  co_return mine.at->awaited.is_met();
}

}  // namespace holdfast::experiment
