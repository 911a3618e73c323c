#include "cluster/proxy/byte_queue.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <utility>

namespace holdfast::cluster {

block_pool::~block_pool() {
  while (free_) free_ = std::move(free_->next);  // one by one: a long chain must not be destroyed recursively
}

std::unique_ptr<byte_block> block_pool::take() {
  if (!free_) return std::unique_ptr<byte_block>{new byte_block};  // the bytes stay uninitialised
  --kept_;
  auto block = std::move(free_);
  free_ = std::move(block->next);
  return block;
}

void block_pool::give_back(std::unique_ptr<byte_block> block) {
  assert(!block->next && "blocks come back one by one");
  if (kept_ >= most_kept) return;
  block->next = std::move(free_);
  free_ = std::move(block);
  ++kept_;
}

void byte_queue::append(std::span<char const> bytes, block_pool& pool) {
  size_ += bytes.size();
  while (!bytes.empty()) {
    if (tail_ == nullptr || end_ == byte_block::capacity) {
      auto& place = tail_ == nullptr ? head_ : tail_->next;
      place = pool.take();
      tail_ = place.get();
      end_ = 0;
    }
    auto const n = std::min(bytes.size(), byte_block::capacity - end_);
    std::memcpy(tail_->bytes.data() + end_, bytes.data(), n);
    end_ += n;
    bytes = bytes.subspan(n);
  }
}

std::size_t byte_queue::front(std::span<iovec> pieces, std::size_t most) const {
  std::size_t used = 0;
  auto left = std::min(most, size_);
  auto begin = begin_;
  for (auto* block = head_.get(); block != nullptr && left > 0 && used < pieces.size(); block = block->next.get()) {
    auto const n = std::min(left, byte_block::capacity - begin);
    pieces[used++] = {block->bytes.data() + begin, n};
    left -= n;
    begin = 0;
  }
  return used;
}

void byte_queue::remove_front(std::size_t bytes, block_pool& pool) {
  assert(bytes <= size_ && "no more than there is");
  size_ -= bytes;
  while (head_) {
    auto const in_block = (head_.get() == tail_ ? end_ : byte_block::capacity) - begin_;
    if (bytes < in_block) break;
    bytes -= in_block;
    begin_ = 0;
    auto next = std::move(head_->next);
    pool.give_back(std::move(head_));
    head_ = std::move(next);
  }
  begin_ += bytes;
  if (!head_) {
    tail_ = nullptr;
    begin_ = end_ = 0;
  }
}

void byte_queue::keep_front(std::size_t bytes, block_pool& pool) {
  assert(bytes <= size_ && "no more than there is");
  if (bytes == 0) return clear(pool);
  auto last_byte = begin_ + bytes;  // behind it, counted from the start of a block
  auto* block = head_.get();
  for (; last_byte > byte_block::capacity; last_byte -= byte_block::capacity) block = block->next.get();
  auto rest = std::move(block->next);
  while (rest) {
    auto next = std::move(rest->next);
    pool.give_back(std::move(rest));
    rest = std::move(next);
  }
  tail_ = block;
  end_ = last_byte;
  size_ = bytes;
}

}  // namespace holdfast::cluster
