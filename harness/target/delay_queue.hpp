#pragma once

#include <cstddef>
#include <vector>

#include "core/clock.hpp"

namespace holdfast::target {

/// Who waits until when: a binary heap of entries that live elsewhere and know their place in it, so that one can leave
/// at any time and nothing is allocated for each wait.
class delay_queue {
 public:
  class entry {
   public:
    entry() = default;
    entry(entry const&) = delete;
    entry& operator=(entry const&) = delete;
    bool is_waiting() const { return place_ != nowhere; }

   protected:
    ~entry() = default;

   private:
    friend class delay_queue;
    static constexpr std::size_t nowhere = static_cast<std::size_t>(-1);
    time_point due_{};
    std::size_t place_ = nowhere;
  };

  bool empty() const { return heap_.empty(); }
  time_point next_due() const { return heap_.front()->due_; }  ///< only when not empty

  void push(entry& e, time_point due);  ///< `e` must not wait already
  void erase(entry& e);                 ///< nothing happens when it does not wait
  entry* take_due(time_point now);      ///< the one due first and no later than `now`, or null

 private:
  void put(std::size_t place, entry* e);
  void sift_up(std::size_t place);
  void sift_down(std::size_t place);
  std::vector<entry*> heap_;
};

}  // namespace holdfast::target
