#include "target/delay_queue.hpp"

#include <cassert>

namespace holdfast::target {

void delay_queue::push(entry& e, time_point due) {
  assert(!e.is_waiting() && "an entry waits for one time only");
  e.due_ = due;
  heap_.push_back(&e);
  put(heap_.size() - 1, &e);
  sift_up(heap_.size() - 1);
}

void delay_queue::erase(entry& e) {
  if (!e.is_waiting()) return;
  auto const place = e.place_;
  auto* const last = heap_.back();
  heap_.pop_back();
  e.place_ = entry::nowhere;
  if (last == &e) return;
  put(place, last);
  sift_up(place);
  sift_down(last->place_);
}

delay_queue::entry* delay_queue::take_due(time_point now) {
  if (heap_.empty() || heap_.front()->due_ > now) return nullptr;
  auto* const first = heap_.front();
  erase(*first);
  return first;
}

void delay_queue::put(std::size_t place, entry* e) {
  heap_[place] = e;
  e->place_ = place;
}

void delay_queue::sift_up(std::size_t place) {
  auto* const moving = heap_[place];
  while (place > 0 && moving->due_ < heap_[(place - 1) / 2]->due_) {
    put(place, heap_[(place - 1) / 2]);
    place = (place - 1) / 2;
  }
  put(place, moving);
}

void delay_queue::sift_down(std::size_t place) {
  auto* const moving = heap_[place];
  for (;;) {
    auto child = 2 * place + 1;
    if (child >= heap_.size()) break;
    if (child + 1 < heap_.size() && heap_[child + 1]->due_ < heap_[child]->due_) ++child;
    if (!(heap_[child]->due_ < moving->due_)) break;
    put(place, heap_[child]);
    place = child;
  }
  put(place, moving);
}

}  // namespace holdfast::target
