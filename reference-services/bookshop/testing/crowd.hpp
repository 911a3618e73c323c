#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "bookshop/testing/bookshop_system.hpp"

namespace holdfast::bookshop {

/// Customers who buy, cancel, review and look at once, each in a thread of its own. What they do is decided by the
/// seed, how it ends by the shop.
class crowd {
 public:
  /// @param books  they buy the books 1 to this
  /// @param asks   how every second one of them asks; the others ask the services themselves
  crowd(bookshop_system& shop, std::uint64_t seed, unsigned customers, int books, way asks = way::direct);
  ~crowd();
  crowd(crowd const&) = delete;
  crowd& operator=(crowd const&) = delete;

  int acknowledged() const { return acknowledged_; }  ///< orders, so far
  int disappointed() const { return disappointed_; }  ///< orders that ended otherwise, so far
  /// Waits until so many further orders have been acknowledged; false when that takes too long.
  bool buys(int further) const;
  /// Sends them home. What they did goes into the shop's account.
  void leave();

 private:
  class customer;

  bookshop_system& shop_;
  std::atomic<int> acknowledged_ = 0, disappointed_ = 0;
  std::vector<std::unique_ptr<customer>> customers_;
  std::vector<std::jthread> threads_;
};

/// How the orders of an account ended, for the reader of a test's output.
std::string summary(client_account const& account);

}  // namespace holdfast::bookshop
