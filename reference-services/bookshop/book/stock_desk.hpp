#pragma once

#include <memory>
#include <optional>
#include <random>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "bookshop/book/stock.hpp"
#include "bookshop/book/stock_request.hpp"
#include "core/clock.hpp"
#include "kit/app/app.hpp"

namespace holdfast::bookshop {

/// Serves what other services ask about stock: see bookshop/stock_call.hpp.
class stock_desk {
 public:
  explicit stock_desk(kit::app& of);

  static void add_routes(kit::app& to, std::shared_ptr<stock_desk> const& desk);

  boost::asio::awaitable<kit::response> modify(kit::request const& asked);
  boost::asio::awaitable<kit::response> abort(kit::request const& asked);
  /// A GET that changes state. HEAD changes nothing and a key in the field makes it safe to repeat, unless BS-09 is on.
  boost::asio::awaitable<kit::response> check_and_modify(kit::request const& asked);

  /// The compensation of a cancelled order. On the store's thread.
  void on_canceled(kit::transaction& in, kit::event const& what);

 private:
  boost::asio::awaitable<kit::response> sell(kit::request const& asked, stock_order wanted, std::string key);
  boost::asio::awaitable<kit::response> commit_abort(kit::request const& asked, std::string key);
  boost::asio::awaitable<void> take_time();
  boost::asio::awaitable<kit::response> look(kit::request const& asked, stock_order wanted);
  std::optional<book> seen_before(stock_order const& wanted);
  kit::applied_call sell_once(kit::transaction& in, stock_order const& wanted, std::string const& key,
                              std::optional<book> const& seen);
  std::optional<book> overwrite_stock(kit::transaction& in, stock_order const& wanted, std::optional<book> seen) const;
  bool give_back_what_was_taken(kit::transaction& in, kit::event const& canceled);
  void undo(kit::transaction& in, std::string const& key);
  void publish_change(kit::transaction& in, std::optional<book> const& changed);
  kit::response store_failed(kit::request const& asked, kit::store_failure const& why);

  kit::app& app_;
  stock_rules rules_;
  request_defects request_defects_;
  bool reads_before_it_writes_;  // BS-06
  bool get_is_unsafe_;           // BS-09
  bool skips_failures_;          // G-04
  nanoseconds delay_, jitter_;
  std::minstd_rand chance_{std::random_device{}()};
};

}  // namespace holdfast::bookshop
