#pragma once

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "cluster/node/child_start.hpp"
#include "core/clock.hpp"

namespace holdfast::cluster::testing {

using namespace std::chrono_literals;

/// A folder that goes with the test.
class temporary_folder {
 public:
  temporary_folder() {
    auto pattern = (std::filesystem::temp_directory_path() / "holdfast-test-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error{"no temporary folder"};
    root_ = pattern;
  }
  temporary_folder(temporary_folder const&) = delete;
  temporary_folder& operator=(temporary_folder const&) = delete;
  ~temporary_folder() {
    std::error_code ignored;
    std::filesystem::remove_all(root_, ignored);
  }
  std::filesystem::path const& root() const { return root_; }
  std::string path(std::string const& inside) const { return (root_ / inside).string(); }

 private:
  std::filesystem::path root_;
};

/// Runs the loop until the condition holds; false when it does not within the limit.
inline bool runs_until(boost::asio::io_context& context, std::function<bool()> const& condition,
                       nanoseconds limit = 20s) {
  auto const deadline = clock_seam::now() + limit;
  while (!condition()) {
    if (clock_seam::now() >= deadline) return false;
    context.restart();
    context.run_for(5ms);
  }
  return true;
}

inline std::string text_of_file(std::filesystem::path const& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

inline void write_file(std::filesystem::path const& path, std::string const& text) {
  std::ofstream{path, std::ios::binary} << text;
}

/// A shell that carries out `script`.
inline child_setup shell(std::string script) {
  return {.program = "/bin/sh", .arguments = {"-c", std::move(script)}, .environment = {"PATH=/usr/bin:/bin"}};
}

}  // namespace holdfast::cluster::testing
