#pragma once

#include <cstddef>
#include <list>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

namespace holdfast::kit {

/// So many requests are served at once, the others wait in the order of their coming. One thread.
class request_slots {
 public:
  /// A slot held until it is destroyed.
  class holder {
   public:
    explicit holder(request_slots& of) : of_{&of} {}
    holder(holder const&) = delete;
    holder& operator=(holder const&) = delete;
    ~holder() { of_->leave(); }

   private:
    request_slots* of_;
  };

  request_slots(boost::asio::any_io_executor executor, std::size_t slots);
  /// Takes a slot if one is free; without cost. Put it into a holder.
  bool try_enter();
  /// Waits until a slot was handed to the caller. Put it into a holder.
  boost::asio::awaitable<void> enter();

  std::size_t in_use() const { return in_use_; }
  std::size_t waiting() const { return queue_.size(); }

 private:
  struct place {
    boost::asio::steady_timer gate;  // never expires; cancelled when it is this one's turn
    bool has_slot = false;
  };
  void leave();

  boost::asio::any_io_executor executor_;
  std::size_t slots_;
  std::size_t in_use_ = 0;
  std::list<place*> queue_;
};

}  // namespace holdfast::kit
