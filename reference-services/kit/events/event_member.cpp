// A replica for tests that kill it: event_member <store folder> <log folder> <member> consume|relay|both
// Runs until it is killed. Says a line when it has begun.

#include <cstdio>
#include <cstring>

#include "kit/events/events_test_support.hpp"

int main(int argc, char** argv) {
  using namespace holdfast::kit;
  if (argc != 5) return 2;
  boost::asio::io_context io{1};
  event_node node{io, argv[1], argv[2], argv[3]};
  if (std::strcmp(argv[4], "relay") != 0) node.consume();
  if (std::strcmp(argv[4], "consume") != 0) node.relay();
  std::puts("begun");
  std::fflush(stdout);
  io.run();
  return 0;
}
