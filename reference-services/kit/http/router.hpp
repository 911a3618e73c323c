#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "kit/http/message.hpp"

namespace holdfast::kit {

/// Answers at once, on the server's thread.
using quick_handler = std::function<response(request const&)>;
/// May wait. The request lives until the answer is there.
using handler = std::function<boost::asio::awaitable<response>(request const&)>;

/// Which handler serves a method and path. Patterns are literal segments and captures: "/orders/{id}". A literal
/// segment goes before a capture. A trailing slash matches too. HEAD is served by the route of GET.
class router {
 public:
  void add(std::string_view method, std::string_view pattern, quick_handler serve);
  void add(std::string_view method, std::string_view pattern, handler serve);

  struct entry {
    std::string method;
    std::string pattern;
    quick_handler quick;  ///< one of the two is set
    handler slow;
  };
  struct match {
    entry const* found = nullptr;       ///< none: 404, or 405 when `allowed` is not empty
    std::vector<std::string> captures;  ///< in order
    std::vector<std::string> allowed;   ///< methods of the path, for 405 and OPTIONS
    std::string_view pattern;           ///< set also for 405
  };
  match find(std::string_view method, std::string_view path) const;

 private:
  std::vector<entry> entries_;
};

}  // namespace holdfast::kit
