#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "target/answer.hpp"
#include "target/request_scanner.hpp"

namespace holdfast::target {

/// The answer to everything that no special path claims.
struct answer_settings {
  std::uint16_t status = 200;
  std::uint64_t body_bytes = 1024;
  bool chunked = false;
  std::string content_type = "text/plain";
  std::vector<std::pair<std::string, std::string>> headers;  ///< further fields
};

/// The default answer, rendered once for each way a connection can go on.
class default_answer {
 public:
  explicit default_answer(answer_settings settings);

  std::uint16_t status() const { return settings_.status; }
  std::uint64_t body_bytes() const { return settings_.body_bytes; }

  /// The whole answer to `to`, ready to send and alive as long as this object; nothing when it is too long for that.
  std::optional<std::string_view> ready(request const& to) const {
    if (!is_small_ && !to.is_head()) return std::nullopt;
    return rendered_[index_of(to.after)][to.is_head() ? 1 : 0];
  }

  /// The same as steps, of any length.
  answer steps(request const& to) const;

 private:
  static std::size_t index_of(persistence after) { return static_cast<std::size_t>(after); }
  bool has_body() const;
  std::string head(persistence after) const;
  std::string small_body() const;  // framed as the head says
  void add_body(std::vector<step>& steps) const;

  answer_settings settings_;
  bool is_small_;
  std::array<std::array<std::string, 2>, 3> rendered_;  // by persistence, then: whole, head only
};

}  // namespace holdfast::target
