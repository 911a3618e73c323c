#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "core/clock.hpp"

namespace holdfast::kit {

/// Model of a pool of database connections (reference-systems 1.7): so many at once, the others wait in order, and one
/// that has waited too long fails. Use from the executor's thread.
class capacity {
 public:
  struct state;
  /// A connection held until it is destroyed.
  class lease {
   public:
    lease() = default;
    explicit lease(std::shared_ptr<state> of) : of_{std::move(of)} {}
    lease(lease&& other) noexcept = default;
    lease& operator=(lease&& other) noexcept;
    ~lease() { give_back(); }
    explicit operator bool() const { return of_ != nullptr; }

   private:
    void give_back() noexcept;
    std::shared_ptr<state> of_;
  };
  /// @param connections  0: as many as anybody wants
  capacity(boost::asio::any_io_executor executor, std::size_t connections, nanoseconds longest_wait);
  /// An empty lease when none is free at the moment or others wait already.
  lease try_acquire();
  /// An empty lease when the wait was too long.
  boost::asio::awaitable<lease> acquire();
  std::size_t in_use() const;
  std::size_t waiting() const;
  std::size_t connections() const;

 private:
  std::shared_ptr<state> state_;
};

}  // namespace holdfast::kit
