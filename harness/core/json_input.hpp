#pragma once

#include <cstddef>
#include <iterator>

namespace holdfast {

/// An iterator over a text that tells a third party how far it has come. A JSON parser copies its iterators, so the
/// position is kept outside.
class tracked_iterator {
 public:
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = char const*;
  using reference = char const&;
  using iterator_category = std::input_iterator_tag;

  tracked_iterator() = default;
  tracked_iterator(char const* at, char const** position) : at_{at}, position_{position} {}

  reference operator*() const { return *at_; }
  tracked_iterator& operator++() {
    *position_ = ++at_;
    return *this;
  }
  tracked_iterator operator++(int) {
    auto const before = *this;
    ++*this;
    return before;
  }
  friend bool operator==(tracked_iterator const& a, tracked_iterator const& b) { return a.at_ == b.at_; }

 private:
  char const* at_ = nullptr;
  char const** position_ = nullptr;  ///< one past the last character that was consumed
};

}  // namespace holdfast
