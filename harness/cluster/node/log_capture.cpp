#include "cluster/node/log_capture.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <vector>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "cluster/node/log_record.hpp"
#include "core/clock.hpp"

namespace holdfast::cluster {

namespace asio = boost::asio;

namespace {

constexpr std::size_t bytes_a_turn = std::size_t{64} * 1024;  // what a pipe holds

struct log_pipe {
  file_descriptor read;
  file_descriptor write;
};

result<log_pipe, std::string> make_log_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0)
    return fmt::format("no pipe for a container's log: {}", std::strerror(errno));
  // The program's end stays blocking, as programs expect of a standard output.
  ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
  return log_pipe{.read = file_descriptor{ends[0]}, .write = file_descriptor{ends[1]}};
}

}  // namespace

class log_capture::state : public std::enable_shared_from_this<state> {
 public:
  state(asio::any_io_executor const& executor, std::shared_ptr<log_file> log, file_descriptor out,
        file_descriptor error)
      : log_{std::move(log)},
        sources_{source{executor, std::move(out), log_stream::out},
                 source{executor, std::move(error), log_stream::error}},
        buffer_(bytes_a_turn) {}

  void begin() {
    for (auto& one : sources_) wait_for(one);
  }

  void finish() {
    if (log_->has_ended()) return;
    for (auto& one : sources_) {
      // At most what two pipes hold: a stranger that has our pipe and goes on writing is not listened to.
      for (int turn = 0; turn < 2 && one.pipe.is_open() && take(one); ++turn) {
      }
      close(one);
    }
    log_->finish();
  }

 private:
  struct source {
    source(asio::any_io_executor const& executor, file_descriptor fd, log_stream stream)
        : pipe{executor, fd.release()}, cutter{stream} {}
    asio::posix::stream_descriptor pipe;
    log_line_cutter cutter;
  };

  void wait_for(source& from) {
    from.pipe.async_wait(asio::posix::stream_descriptor::wait_read,
                         [weak = weak_from_this(), &from](boost::system::error_code ec) {
                           auto const self = weak.lock();
                           if (!self || ec || !from.pipe.is_open()) return;
                           if (self->take(from)) self->wait_for(from);
                         });
  }

  /// One turn. False when nothing more will come.
  bool take(source& from) {
    auto const got = ::read(from.pipe.native_handle(), buffer_.data(), buffer_.size());
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return true;
    if (got <= 0) {
      close(from);
      return false;
    }
    records_.clear();
    from.cutter.feed({buffer_.data(), static_cast<std::size_t>(got)}, stamp(), records_);
    if (!records_.empty()) log_->append(records_);
    return true;
  }

  void close(source& from) {
    if (!from.pipe.is_open()) return;
    records_.clear();
    from.cutter.finish(stamp(), records_);
    if (!records_.empty()) log_->append(records_);
    boost::system::error_code ignored;
    from.pipe.close(ignored);
  }

  /// Stamps sort even when the wall clock is set back.
  std::string const& stamp() {
    auto now = log_stamp(clock_seam::wall_now());
    if (now > stamp_) stamp_ = std::move(now);
    return stamp_;
  }

  std::shared_ptr<log_file> log_;
  std::array<source, 2> sources_;
  std::vector<char> buffer_;
  std::string records_;
  std::string stamp_;
};

log_capture::log_capture(std::shared_ptr<state> shared, file_descriptor output, file_descriptor error_output)
    : state_{std::move(shared)}, output_{std::move(output)}, error_output_{std::move(error_output)} {}

result<std::unique_ptr<log_capture>, std::string> log_capture::create(asio::any_io_executor const& executor,
                                                                      std::shared_ptr<log_file> log) {
  auto out = make_log_pipe();
  auto error = make_log_pipe();
  if (!out) return out.error();
  if (!error) return error.error();
  auto shared = std::make_shared<state>(executor, std::move(log), std::move(out->read), std::move(error->read));
  return std::unique_ptr<log_capture>{
      new log_capture{std::move(shared), std::move(out->write), std::move(error->write)}};
}

log_capture::~log_capture() { finish(); }

void log_capture::begin() {
  output_.reset();
  error_output_.reset();
  state_->begin();
}

void log_capture::finish() {
  output_.reset();
  error_output_.reset();
  state_->finish();
}

}  // namespace holdfast::cluster
