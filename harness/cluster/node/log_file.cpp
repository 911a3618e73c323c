#include "cluster/node/log_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace holdfast::cluster {
namespace {

/// How many bytes of `records` still fit, in whole records; at least one record goes into an empty file.
std::size_t fitting(std::string_view records, std::uint64_t room, bool file_is_empty) {
  if (records.size() <= room) return records.size();
  auto const end = room == 0 ? std::string_view::npos : records.rfind('\n', static_cast<std::size_t>(room) - 1);
  if (end != std::string_view::npos) return end + 1;
  return file_is_empty ? records.find('\n') + 1 : 0;
}

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    auto const written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

result<std::shared_ptr<log_file>, std::string> log_file::create(std::filesystem::path const& folder,
                                                                std::string const& name, log_limits limits) {
  std::error_code problem;
  std::filesystem::create_directories(folder, problem);
  std::shared_ptr<log_file> file{new log_file{folder / (name + ".log"), limits}};
  if (!file->open()) return fmt::format("{}: {}", file->path_.string(), std::strerror(errno));
  return file;
}

bool log_file::open() {
  fd_.reset(::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600));
  size_ = 0;
  return static_cast<bool>(fd_);
}

std::filesystem::path log_file::path_of(std::uint64_t number) const {
  return number == newest_ ? path_ : std::filesystem::path{fmt::format("{}.{}", path_.string(), number)};
}

void log_file::append(std::string_view records) {
  while (!records.empty()) {
    auto const count = fitting(records, limits_.file_bytes - std::min(size_, limits_.file_bytes), size_ == 0);
    if (count > 0) {
      auto const piece = records.substr(0, count);
      if (write_all(fd_.get(), piece)) {
        size_ += count;
      } else {
        problem_ = std::strerror(errno);
        lost_ += count;
      }
      records.remove_prefix(count);
    }
    if (!records.empty()) rotate();
  }
  tell();
}

void log_file::rotate() {
  auto const full = fmt::format("{}.{}", path_.string(), newest_);
  ::rename(path_.c_str(), full.c_str());
  ++newest_;
  if (!open()) problem_ = std::strerror(errno);
  while (newest_ - oldest_ >= limits_.files) {
    ::unlink(path_of(oldest_).c_str());
    ++oldest_;
  }
}

void log_file::finish() {
  ended_ = true;
  fd_.reset();
  tell();
}

std::shared_ptr<void> log_file::when_more(std::function<void()> on_more) {
  auto const kept = std::make_shared<std::function<void()>>(std::move(on_more));
  std::erase_if(waiting_, [](auto const& one) { return one.expired(); });
  waiting_.push_back(kept);
  return kept;
}

void log_file::tell() {
  for (auto const all = std::exchange(waiting_, {}); auto const& one : all) {
    if (auto const on_more = one.lock()) (*on_more)();
  }
}

void log_file::remove() {
  for (auto number = oldest_; number <= newest_; ++number) ::unlink(path_of(number).c_str());
}

result<std::shared_ptr<log_file>, std::string> container_log::begin_instance(unsigned restart) {
  auto made = log_file::create(folder_, std::to_string(restart), limits_);
  if (!made) return made;
  if (previous_) previous_->remove();
  previous_ = std::move(current_);
  current_ = *made;
  return made;
}

}  // namespace holdfast::cluster
