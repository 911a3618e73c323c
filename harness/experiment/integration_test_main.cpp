// The guardian of a test's cluster is this program, executed anew.

#include <cstddef>
#include <span>

#include <gtest/gtest.h>

#include "cluster/node/guardian.hpp"

int main(int argc, char** argv) {
  std::span<char const* const> const arguments{argv, static_cast<std::size_t>(argc)};
  if (auto const code = holdfast::cluster::run_as_guardian(arguments)) return *code;
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
