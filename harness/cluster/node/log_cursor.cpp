#include "cluster/node/log_cursor.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace holdfast::cluster {
namespace {

constexpr std::size_t block_bytes = std::size_t{64} * 1024;  // more than the longest record

std::size_t read_at(int fd, char* to, std::size_t count, std::uint64_t offset) {
  auto const got = ::pread(fd, to, count, static_cast<off_t>(offset));
  return got > 0 ? static_cast<std::size_t>(got) : 0;
}

std::uint64_t size_of(int fd) {
  struct stat facts {};
  return ::fstat(fd, &facts) == 0 ? static_cast<std::uint64_t>(facts.st_size) : 0;
}

bool ends_a_line(int fd, std::uint64_t record_begin) {
  char tag = 0;
  return read_at(fd, &tag, 1, record_begin + log_tag_offset) == 1 && tag == static_cast<char>(log_tag::full);
}

/// Counts the full lines of a file from its end.
/// @param lines  how many are wanted; on return, how many are still missing
/// @return  where the last `lines` of them begin; 0 when the file has fewer.
std::uint64_t begin_of_last(int fd, std::uint64_t& lines) {
  std::vector<char> block(block_bytes);
  auto const size = size_of(fd);
  auto record_end = size;  // behind the record whose begin is looked for
  for (auto at = size; at > 0;) {
    auto const count = std::min<std::uint64_t>(block_bytes, at);
    at -= count;
    auto const got = read_at(fd, block.data(), static_cast<std::size_t>(count), at);
    for (auto i = got; i-- > 0;) {
      auto const begin = at + i + 1;  // of the record behind this line end
      if (block[i] != '\n' || begin == size) continue;
      if (ends_a_line(fd, begin)) {
        // The record behind is the end of a line that counts; with one more than wanted, the line before ends here.
        if (lines == 0) return record_end;
        --lines;
      }
      record_end = begin;
    }
  }
  if (size > 0 && ends_a_line(fd, 0)) {
    if (lines == 0) return record_end;
    --lines;
  }
  return 0;
}

}  // namespace

log_cursor::log_cursor(std::shared_ptr<log_file> log, log_selection selection)
    : log_{std::move(log)},
      selection_{selection},
      left_{selection.limit_bytes.value_or(std::numeric_limits<std::uint64_t>::max())} {
  if (selection_.since) since_ = log_stamp(*selection_.since);
  if (selection_.tail) {
    start_at_tail(*selection_.tail);
  } else if (!since_.empty()) {
    start_at_time();
  } else {
    open(log_->oldest(), 0);
  }
}

bool log_cursor::open(std::uint64_t number, std::uint64_t offset) {
  fd_.reset(::open(log_->path_of(number).c_str(), O_RDONLY | O_CLOEXEC));
  number_ = number;
  offset_ = offset;
  return static_cast<bool>(fd_);
}

/// The newest file that begins no later; records in it that are too old are passed over while reading.
void log_cursor::start_at_time() {
  for (auto number = log_->newest(); number >= log_->oldest(); --number) {
    std::array<char, log_stamp_bytes> first;
    open(number, 0);
    if (number == log_->oldest()) return;
    if (fd_ && read_at(fd_.get(), first.data(), first.size(), 0) == first.size() &&
        std::string_view{first.data(), first.size()} <= since_) {
      return;
    }
  }
}

void log_cursor::start_at_tail(std::uint64_t lines) {
  for (auto number = log_->newest();; --number) {
    open(number, 0);
    auto const begin = fd_ ? begin_of_last(fd_.get(), lines) : 0;
    if (begin > 0 || number == log_->oldest()) {
      offset_ = begin;
      return;
    }
  }
}

void log_cursor::give(log_record const& record, std::string& out) {
  if (!since_.empty() && record.stamp < since_) return;
  std::string line;
  if (!in_line_ && selection_.stamps == log_stamps::shown) line.append(record.stamp).append(" ");
  line += record.text;
  in_line_ = record.tag == log_tag::part;
  if (!in_line_) line += '\n';
  auto const count = std::min<std::uint64_t>(line.size(), left_);
  out.append(line, 0, static_cast<std::size_t>(count));
  left_ -= count;
}

/// How many bytes were whole records.
std::size_t log_cursor::take_records(std::string_view bytes, std::string& out) {
  std::size_t taken = 0;
  while (left_ > 0) {
    auto const end = bytes.find('\n', taken);
    if (end == std::string_view::npos) break;
    if (auto const record = parse_log_record(bytes.substr(taken, end - taken))) give(*record, out);
    taken = end + 1;
  }
  return taken;
}

bool log_cursor::go_on_to_next_file(std::string& out) {
  if (number_ >= log_->newest()) return false;
  auto const wanted = number_ + 1;
  auto const next = std::max(wanted, log_->oldest());
  if (next > wanted && selection_.stamps == log_stamps::hidden) {
    out += fmt::format("[{} files of this log were removed before they were read]\n", next - wanted);
  }
  return open(next, 0);
}

log_piece log_cursor::next() {
  log_piece piece;
  if (left_ == 0) return piece;
  std::vector<char> block(block_bytes);
  auto const got = fd_ ? read_at(fd_.get(), block.data(), block.size(), offset_) : 0;
  offset_ += take_records({block.data(), got}, piece.text);
  // A file that is followed by another has been written to its end.
  if (got == 0) {
    piece.more_now = go_on_to_next_file(piece.text);
    read_all_ = !piece.more_now;
  } else {
    piece.more_now = true;
    read_all_ = false;
  }
  return piece;
}

bool log_cursor::is_done() const { return left_ == 0 || (read_all_ && log_->has_ended()); }

}  // namespace holdfast::cluster
