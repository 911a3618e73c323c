#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/diagnostic.hpp"
#include "core/result.hpp"
#include "net/origin.hpp"

namespace holdfast::gateway {

/// Which backend serves which paths. Written "/orders/**=http://order:8080,/books/**=http://book:8080": "/**" at the
/// end means the path itself and everything below it, without it the path alone. The longest pattern that fits wins. A
/// path behind the backend's address takes the place of the pattern: "/myPages/**=http://mypage:8080/mypages".
class route_table {
 public:
  struct destination {
    std::size_t backend = 0;   ///< its place in backends()
    std::string target;        ///< path and query to ask it for
    std::string_view pattern;  ///< for logs and metrics
  };

  /// All problems at once. @param key  name of the setting, for the messages
  static result<route_table, diagnostics> parse(std::string_view text, std::string_view key);

  /// @param target  path and query as they came
  std::optional<destination> find(std::string_view target) const;
  std::vector<net::origin> const& backends() const { return backends_; }

 private:
  struct route {
    std::string pattern;
    std::string prefix;  ///< the pattern without "/**"
    bool with_subtree = false;
    std::size_t backend = 0;
    std::optional<std::string> replacement;
  };
  static std::optional<diagnostic> read_route(std::string_view text, std::string_view key, route_table& into);
  std::size_t backend_of(net::origin const& to);

  std::vector<route> routes_;  // the longest prefix first
  std::vector<net::origin> backends_;
};

}  // namespace holdfast::gateway
