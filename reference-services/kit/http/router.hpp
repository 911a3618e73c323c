#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "kit/http/message.hpp"

namespace holdfast::kit {

/// Answers at once, on the server's thread.
using quick_handler = std::function<response(request const&)>;
/// May wait. The request lives until the answer is there.
using handler = std::function<boost::asio::awaitable<response>(request const&)>;

/// Which handler serves a method and path. Patterns are literal segments and captures: "/orders/{id}". A literal
/// segment goes before a capture: once a literal pattern fits the whole path, methods that it lacks are not allowed,
/// even if a pattern with captures has them. A trailing slash matches too. HEAD is served by the route of GET.
class router {
 public:
  /// A second route for the same method and the same shape of path replaces the first.
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
    std::vector<std::string> allowed;   ///< methods of the path with HEAD and OPTIONS, when nothing was found
    std::string_view pattern;           ///< set also for 405
  };
  match find(std::string_view method, std::string_view path) const;
  /// The same into a match that was used before: a hit allocates only for captures longer than those before.
  void find(std::string_view method, std::string_view path, match& into) const;

 private:
  /// A place in the tree of segments.
  struct node {
    std::vector<std::pair<std::string, std::size_t>> literals;  // segment and node behind it
    std::size_t capture = 0;                                    // node behind any segment; 0: none
    std::vector<std::unique_ptr<entry>> routes;                 // by method
  };
  entry& place(std::string_view method, std::string_view pattern);
  std::size_t step(std::size_t from, std::string_view segment);
  node const* walk(std::size_t from, std::string_view rest, std::size_t depth,
                   std::vector<std::string>& captures) const;

  std::vector<node> nodes_{1};  // the first one is the root
};

}  // namespace holdfast::kit
