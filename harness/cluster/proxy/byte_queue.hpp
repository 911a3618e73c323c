#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include <sys/uio.h>

namespace holdfast::cluster {

/// A piece of a byte_queue.
struct byte_block {
  static constexpr std::size_t capacity = 16UL * 1024 - 16;
  std::unique_ptr<byte_block> next;
  std::array<char, capacity> bytes;
};

/// Blocks that queues hand back, for the next one that needs some. One thread.
class block_pool {
 public:
  ~block_pool();
  std::unique_ptr<byte_block> take();
  void give_back(std::unique_ptr<byte_block> block);

 private:
  static constexpr std::size_t most_kept = 64;  // a megabyte
  std::unique_ptr<byte_block> free_;
  std::size_t kept_ = 0;
};

/// Bytes that wait: first in, first out. Owns memory only while it is not empty. clear() before destroying.
class byte_queue {
 public:
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

  void append(std::span<char const> bytes, block_pool& pool);
  /// The first bytes, at most `most` of them, as pieces to be written. @return how many of `pieces` were used
  std::size_t front(std::span<iovec> pieces, std::size_t most) const;
  void remove_front(std::size_t bytes, block_pool& pool);  ///< bytes <= size()
  void keep_front(std::size_t bytes, block_pool& pool);    ///< drops what is behind the first `bytes` <= size()
  void clear(block_pool& pool) { remove_front(size_, pool); }

 private:
  std::unique_ptr<byte_block> head_;
  byte_block* tail_ = nullptr;
  std::size_t begin_ = 0;  // in the first block
  std::size_t end_ = 0;    // in the last block
  std::size_t size_ = 0;
};

}  // namespace holdfast::cluster
