#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "load/scenario.hpp"

namespace holdfast::load {
namespace {

constexpr std::size_t most_bytes = std::size_t{256} << 20U;

result<std::string, file_problem> read_whole(std::filesystem::path const& path) {
  std::error_code problem;
  if (std::filesystem::is_directory(path, problem)) return file_problem{path.string(), "is a folder"};
  errno = 0;
  std::ifstream in{path, std::ios::binary};
  if (!in) return file_problem{path.string(), fmt::format("cannot be opened: {}", std::strerror(errno))};
  std::string text;
  std::string block(65536, '\0');
  while (in.read(block.data(), static_cast<std::streamsize>(block.size())) || in.gcount() > 0) {
    text.append(block, 0, static_cast<std::size_t>(in.gcount()));
    if (text.size() > most_bytes) return file_problem{path.string(), "has more than 256 MiB"};
  }
  if (in.bad()) return file_problem{path.string(), fmt::format("cannot be read: {}", std::strerror(errno))};
  return text;
}

}  // namespace

file_loader files_beside(std::string_view scenario_file) {
  return [folder = std::filesystem::path{scenario_file}.parent_path()](std::string_view name) {
    return read_whole(folder / std::filesystem::path{name});
  };
}

}  // namespace holdfast::load
