#include "cluster/proxy/byte_queue.hpp"

#include <string>

#include <gtest/gtest.h>

#include "core/random.hpp"

namespace holdfast::cluster {
namespace {

std::string content(byte_queue const& queue, std::size_t most) {
  std::array<iovec, 64> pieces;
  std::string text;
  auto const used = queue.front(pieces, most);
  for (std::size_t i = 0; i < used; ++i) text.append(static_cast<char const*>(pieces[i].iov_base), pieces[i].iov_len);
  return text;
}

TEST(ByteQueue, BehavesAsAStringDoes) {
  random_engine random{7};
  block_pool pool;
  byte_queue queue;
  std::string model;
  for (int i = 0; i < 3'000; ++i) {
    switch (random.below(4)) {
      case 0:
      case 1: {
        std::string const more(random.below(3 * byte_block::capacity / 2), static_cast<char>('a' + random.below(26)));
        if (model.size() + more.size() > 20 * byte_block::capacity) break;
        queue.append(more, pool);
        model += more;
        break;
      }
      case 2: {
        auto const n = random.below(model.size() + 1);
        queue.remove_front(n, pool);
        model.erase(0, n);
        break;
      }
      default: {
        auto const n = model.size() - random.below(std::min<std::size_t>(model.size(), 1'000) + 1);
        queue.keep_front(n, pool);
        model.resize(n);
      }
    }
    ASSERT_EQ(queue.size(), model.size());
    auto const most = random.below(model.size() + 10);
    ASSERT_EQ(content(queue, most), model.substr(0, most));
  }
  queue.clear(pool);
  EXPECT_TRUE(queue.empty());
}

}  // namespace
}  // namespace holdfast::cluster
