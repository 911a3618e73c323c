#include "cli/siege/siege_environment.hpp"

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace holdfast::cli {
namespace {

constexpr std::uintmax_t largest_file = 64UL * 1024 * 1024;

result<std::string> read_whole_file(std::string const& path) {
  std::error_code failure;
  if (std::filesystem::is_directory(path, failure))
    return boost::system::errc::make_error_code(boost::system::errc::is_a_directory);
  errno = 0;
  std::ifstream file{path, std::ios::binary};
  if (!file) return boost::system::error_code{errno != 0 ? errno : EIO, boost::system::system_category()};
  std::string content;
  std::string block(64UL * 1024, '\0');
  while (file.read(block.data(), static_cast<std::streamsize>(block.size())), file.gcount() > 0) {
    content.append(block, 0, static_cast<std::size_t>(file.gcount()));
    if (content.size() > largest_file) {
      return boost::system::errc::make_error_code(boost::system::errc::file_too_large);
    }
  }
  if (file.bad()) return boost::system::errc::make_error_code(boost::system::errc::io_error);
  return content;
}

}  // namespace

siege_environment process_environment() {
  return {.variable = [](std::string_view name) -> std::optional<std::string> {
            auto const* const value = std::getenv(std::string{name}.c_str());
            if (value == nullptr) return std::nullopt;
            return std::string{value};
          },
          .read_file = read_whole_file};
}

expansion expand_variables(std::string_view text, variable_lookup const& variable) {
  expansion out;
  while (!text.empty()) {
    auto const special = text.find_first_of("\\$");
    out.text += text.substr(0, special);
    if (special == std::string_view::npos) break;
    text.remove_prefix(special);
    if (text.starts_with("\\$")) {
      out.text += '$';
      text.remove_prefix(2);
      continue;
    }
    auto const opens = text.size() > 1 && text.front() == '$' ? text[1] : '\0';
    auto const closes = opens == '{' ? '}' : ')';
    auto const end = opens == '{' || opens == '(' ? text.find(closes, 2) : std::string_view::npos;
    if (end == std::string_view::npos) {
      out.text += text.front();
      text.remove_prefix(1);
      continue;
    }
    auto const name = text.substr(2, end - 2);
    if (auto const value = variable(name)) {
      out.text += *value;
    } else if (out.undefined.empty()) {
      out.undefined = name.empty() ? "(no name)" : std::string{name};
    }
    text.remove_prefix(end + 1);
  }
  return out;
}

}  // namespace holdfast::cli
