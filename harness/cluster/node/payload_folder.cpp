#include "cluster/node/payload_folder.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <set>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cluster/node/file_descriptor.hpp"

namespace holdfast::cluster {

namespace fs = std::filesystem;

namespace {

constexpr char const* data_link = "..data";

std::string file_trouble(fs::path const& where, int why) {
  return fmt::format("{}: {}", where.string(), std::strerror(why));
}

/// A relative path that stays inside, as Kubernetes' validation demands it.
bool stays_inside(fs::path const& path) {
  if (path.empty() || path.is_absolute() || path.begin()->string().starts_with("..")) return false;
  return std::none_of(path.begin(), path.end(), [](fs::path const& part) { return part == ".." || part.empty(); });
}

/// Empty when it worked.
std::string write_payload_file(fs::path const& path, payload_file const& file) {
  std::error_code problem;
  fs::create_directories(path.parent_path(), problem);
  file_descriptor const fd{::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
  if (!fd) return file_trouble(path, errno);
  for (std::string_view left{file.content}; !left.empty();) {
    auto const written = ::write(fd.get(), left.data(), left.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return file_trouble(path, errno);
    left.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::fchmod(fd.get(), file.mode & 0777U) != 0) return file_trouble(path, errno);
  return {};
}

std::optional<payload> read_payload(fs::path const& folder) {
  payload found;
  std::error_code problem;
  for (fs::recursive_directory_iterator entry{folder, problem}, end; !problem && entry != end;
       entry.increment(problem)) {
    if (!entry->is_regular_file(problem)) continue;
    std::ifstream in{entry->path(), std::ios::binary};
    struct stat facts {};
    if (!in || ::stat(entry->path().c_str(), &facts) != 0) return std::nullopt;
    found[entry->path().lexically_relative(folder).string()] = {.content = {std::istreambuf_iterator<char>{in}, {}},
                                                                .mode = facts.st_mode & 0777U};
  }
  return problem ? std::nullopt : std::optional{found};
}

/// A link that takes the place of what has its name, without a moment in which there is none.
std::string swap_link(fs::path const& link, std::string const& target) {
  auto const fresh = link.string() + "_tmp";
  ::unlink(fresh.c_str());
  if (::symlink(target.c_str(), fresh.c_str()) != 0) return file_trouble(fresh, errno);
  if (::rename(fresh.c_str(), link.c_str()) != 0) return file_trouble(link, errno);
  return {};
}

std::set<std::string> first_names(payload const& files) {
  std::set<std::string> names;
  for (auto const& [path, file] : files) names.insert(fs::path{path}.begin()->string());
  return names;
}

/// The names that readers use; those of files that are gone go, after the swap.
std::string renew_names(fs::path const& folder, std::set<std::string> const& names) {
  for (auto const& name : names) {
    auto const link = folder / name;
    if (fs::is_symlink(link)) continue;
    if (auto problem = swap_link(link, fmt::format("{}/{}", data_link, name)); !problem.empty()) return problem;
  }
  std::error_code ignored;
  std::vector<fs::path> gone;
  for (auto const& entry : fs::directory_iterator{folder, ignored}) {
    auto const name = entry.path().filename().string();
    if (!name.starts_with("..") && !names.contains(name)) gone.push_back(entry.path());
  }
  for (auto const& path : gone) fs::remove(path, ignored);
  return {};
}

}  // namespace

result<payload, std::string> project(std::map<std::string, std::string, std::less<>> const& data,
                                     std::span<volume_item const> items, std::uint32_t default_mode,
                                     missing_keys missing, std::string_view what) {
  payload files;
  if (items.empty()) {
    for (auto const& [key, value] : data) files[key] = {.content = value, .mode = default_mode};
    return files;
  }
  for (auto const& item : items) {
    auto const found = data.find(item.key);
    if (found != data.end()) {
      files[item.path] = {.content = found->second, .mode = item.mode.value_or(default_mode)};
    } else if (missing == missing_keys::are_errors) {
      return fmt::format("references non-existent {} key: {}", what, item.key);
    }
  }
  return files;
}

result<payload_change, std::string> write_payload(fs::path const& folder, payload const& files) {
  for (auto const& [path, file] : files) {
    if (!stays_inside(path)) return fmt::format("\"{}\" is no path inside of a volume", path);
  }
  std::error_code problem;
  fs::create_directories(folder, problem);
  auto const link = folder / data_link;
  auto const before = fs::is_symlink(link) ? fs::read_symlink(link, problem).string() : std::string{};
  if (!before.empty() && read_payload(folder / before) == files) return payload_change::none;
  auto pattern = (folder / "..data-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) return file_trouble(folder, errno);
  fs::path const fresh{pattern};
  ::chmod(fresh.c_str(), 0755);
  for (auto const& [path, file] : files) {
    auto trouble_with_file = write_payload_file(fresh / path, file);
    if (trouble_with_file.empty()) continue;
    fs::remove_all(fresh, problem);
    return trouble_with_file;
  }
  if (auto trouble_with_link = swap_link(link, fresh.filename().string()); !trouble_with_link.empty()) {
    fs::remove_all(fresh, problem);
    return trouble_with_link;
  }
  if (auto trouble_with_names = renew_names(folder, first_names(files)); !trouble_with_names.empty()) {
    return trouble_with_names;
  }
  if (!before.empty()) fs::remove_all(folder / before, problem);
  return payload_change::written;
}

}  // namespace holdfast::cluster
