#include "net/http1_pipeline.hpp"

#include <algorithm>
#include <cassert>
#include <deque>
#include <optional>
#include <string>
#include <utility>

#include <boost/asio/post.hpp>

#include "net/http1_state.hpp"

namespace holdfast::net {

namespace asio = boost::asio;

namespace {

class http1_pipe;

class pipeline_lane final : public client_connection {
 public:
  pipeline_lane(std::shared_ptr<http1_pipe> in, connection_events& events) : pipe_{std::move(in)}, events_{events} {}

  void send(exchange_request const& request) override;
  void abandon() override;
  /// Also while another lane opens the connection: that one tells of it, and its limit of time watches it.
  bool is_open() const override;
  std::uint64_t connection_id() const override;
  std::string peer() const override;
  std::uint64_t bytes_received() const override { return received_; }
  std::uint64_t bytes_sent() const override { return sent_; }

  void connected() { events_.on_connected(*this); }
  void reconnecting() { events_.on_reconnecting(*this, clock_seam::now()); }
  void answered(response_scanner const& scanner, time_point at);
  void failed(exchange_failure why, std::string_view detail, time_point at);
  /// Its exchange has failed, and the news will come when the pipeline may be on its next connection.
  void remember_connection();
  std::uint64_t ticket() const { return ticket_; }
  /// What went over the connection since the last lane asked.
  void add_traffic(std::uint64_t received, std::uint64_t sent) {
    received_ += received;
    sent_ += sent;
  }

 private:
  std::shared_ptr<http1_pipe> pipe_;
  connection_events& events_;
  std::optional<std::pair<std::uint64_t, std::string>> remembered_;  // number and peer
  std::uint64_t ticket_ = 0;  // of the latest exchange; an event that comes late for another is dropped
  std::uint64_t received_ = 0;
  std::uint64_t sent_ = 0;
  bool is_busy_ = false;
};

class http1_pipe final : private connection_events,
                         public http1_connection,
                         public http1_pipeline,
                         public std::enable_shared_from_this<http1_pipe> {
 public:
  http1_pipe(connection_environment& environment, origin const& to, address_list& addresses)
      : http1_connection{environment, *this, to, addresses} {}

  std::unique_ptr<client_connection> add_lane(connection_events& events) override {
    return std::make_unique<pipeline_lane>(shared_from_this(), events);
  }
  void enqueue(pipeline_lane& from, exchange_request const& request);
  void give_up(pipeline_lane const& by);
  void close_if_idle() {
    if (line_.empty()) close_socket();
  }
  bool is_closed() const { return phase_ == phase::closed && line_.empty(); }  ///< and not about to open again
  void credit_traffic(pipeline_lane& to);

 private:
  struct exchange {
    exchange_request request;
    pipeline_lane* lane;
    std::uint64_t begin = 0;  // of its request, among the bytes for this connection
  };

  void queue_request() override;
  bool refill() override;
  bool awaits_answer() const override;
  void on_unasked_bytes() override;
  void complete(std::size_t left_over) override;
  void fail(exchange_failure why, std::string_view detail) override;
  void close_socket() override;
  void gather(exchange& next);
  void start_next();
  void fail_later(pipeline_lane& lane, exchange_failure why, std::string detail);

  void on_connected(client_connection&) override { line_.front().lane->connected(); }
  void on_answer(client_connection&, response_scanner const&, time_point) override {}
  void on_failure(client_connection&, exchange_failure, std::string_view, time_point) override {}

  std::deque<exchange> line_;  // in the order of the requests; the first one's answer is being read
  std::string gathered_;       // requests not handed to flush() yet
  std::uint64_t handed_ = 0;   // bytes of requests handed to flush(), of this connection
  std::string sending_;        // what unsent_ shows
  std::uint64_t credited_received_ = 0;
  std::uint64_t credited_sent_ = 0;
  bool gathers_ = false;     // the connection takes requests; what comes at other times waits for the next
  bool delivering_ = false;  // several answers may follow each other: what they cause is sent together
};

void http1_pipe::enqueue(pipeline_lane& from, exchange_request const& request) {
  line_.push_back({request, &from});
  if (line_.size() == 1) return http1_connection::send(request);
  if (!gathers_) return;
  gather(line_.back());
  if (delivering_) {
    flush_due_ = true;
  } else {
    flush();
  }
}

void http1_pipe::queue_request() {
  gathers_ = true;
  gathered_.clear();
  for (auto each = line_.begin(); gathers_ && each != line_.end(); ++each) gather(*each);
  refill();
}

void http1_pipe::gather(exchange& next) {
  next.begin = handed_ + gathered_.size();
  gathered_ += next.request.bytes;
  gathers_ = !next.request.close_after;  // the peer reads nothing behind it
}

bool http1_pipe::refill() {
  flush_due_ = false;
  if (gathered_.empty()) return false;
  handed_ += gathered_.size();
  if (tls_) {
    tls_->write(gathered_);
  } else {
    sending_.swap(gathered_);
    unsent_ = sending_;
  }
  gathered_.clear();
  return true;
}

/// An answer before its request would be taken for the answer to that, and shift all that follow.
bool http1_pipe::awaits_answer() const { return exchanging_ && line_.front().begin < handed_ - unsent_.size(); }

/// The requests in line have not reached the peer: they are sent on a connection that can be believed.
void http1_pipe::on_unasked_bytes() {
  close_socket();
  if (exchanging_) start_next();
}

void http1_pipe::complete(std::size_t left_over) {
  auto const at = clock_seam::now();
  auto* const lane = line_.front().lane;
  auto const goes_on = scanner_.head().keep_alive && !request_.close_after && phase_ == phase::open;
  line_.pop_front();
  exchanging_ = !line_.empty();
  // After a failed write, what the peer still says is read to its end: it may have worked on those in line.
  auto const is_confused = line_.empty() && (left_over != 0 || !to_send().empty() || write_broke_);
  if (!goes_on || is_confused) close_socket();
  auto const was_delivering = std::exchange(delivering_, exchanging_);
  auto const started = exchanges_;
  lane->answered(scanner_, at);
  delivering_ = was_delivering;
  if (started == exchanges_ && exchanging_) start_next();
  if (flush_due_ && left_over == 0) flush();
}

/// The next in line becomes the exchange whose answer is read, on a new connection when the old one has ended.
void http1_pipe::start_next() {
  start(line_.front().request);
  if (phase_ != phase::closed) return;
  line_.front().lane->reconnecting();
  open();
}

void http1_pipe::fail(exchange_failure why, std::string_view detail) {
  auto const at = clock_seam::now();
  std::string const reason{detail};  // the detail may belong to what is closed now
  auto const line = std::exchange(line_, {});
  exchanging_ = false;
  close_socket();
  if (line.empty()) return;
  auto const theirs = why == exchange_failure::malformed ? exchange_failure::closed_early : why;
  for (auto each = line.begin() + 1; each != line.end(); ++each)
    fail_later(*each->lane, theirs, "an exchange before it on the same pipelined connection failed: " + reason);
  line.front().lane->failed(why, reason, at);
}

void http1_pipe::give_up(pipeline_lane const& by) {
  auto const is_its = [&](exchange const& each) { return each.lane == &by; };
  if (std::none_of(line_.begin(), line_.end(), is_its)) return;  // it has failed; the news is on its way
  auto const line = std::exchange(line_, {});
  exchanging_ = false;
  close_socket();
  for (auto const& each : line) {
    if (each.lane != &by)
      fail_later(*each.lane, exchange_failure::closed_early,
                 "another exchange on the same pipelined connection was given up");
  }
}

/// Not at once: an owner may be giving up all of them.
void http1_pipe::fail_later(pipeline_lane& lane, exchange_failure why, std::string detail) {
  lane.remember_connection();
  ++pending_handlers_;
  asio::post(environment_.context, [this, &lane, why, detail = std::move(detail), ticket = lane.ticket()] {
    --pending_handlers_;
    if (ticket == lane.ticket()) lane.failed(why, detail, clock_seam::now());
  });
}

void http1_pipe::close_socket() {
  gathers_ = false;
  gathered_.clear();
  handed_ = 0;
  http1_connection::close_socket();
}

void http1_pipe::credit_traffic(pipeline_lane& to) {
  to.add_traffic(bytes_received_ - std::exchange(credited_received_, bytes_received_),
                 bytes_sent_ - std::exchange(credited_sent_, bytes_sent_));
}

void pipeline_lane::send(exchange_request const& request) {
  assert(!is_busy_ && "one exchange at a time");
  is_busy_ = true;
  remembered_.reset();
  ++ticket_;
  pipe_->enqueue(*this, request);
}

void pipeline_lane::abandon() {
  if (!std::exchange(is_busy_, false)) return pipe_->close_if_idle();
  ++ticket_;
  pipe_->credit_traffic(*this);
  pipe_->give_up(*this);
}

bool pipeline_lane::is_open() const { return !is_busy_ && !pipe_->is_closed(); }
void pipeline_lane::remember_connection() { remembered_.emplace(pipe_->connection_id(), pipe_->peer()); }
std::uint64_t pipeline_lane::connection_id() const { return remembered_ ? remembered_->first : pipe_->connection_id(); }
std::string pipeline_lane::peer() const { return remembered_ ? remembered_->second : pipe_->peer(); }

void pipeline_lane::answered(response_scanner const& scanner, time_point at) {
  is_busy_ = false;
  pipe_->credit_traffic(*this);
  events_.on_answer(*this, scanner, at);
}

void pipeline_lane::failed(exchange_failure why, std::string_view detail, time_point at) {
  is_busy_ = false;
  ++ticket_;
  pipe_->credit_traffic(*this);
  events_.on_failure(*this, why, detail, at);
}

}  // namespace

std::shared_ptr<http1_pipeline> make_http1_pipeline(connection_environment& environment, origin const& to,
                                                    address_list& addresses) {
  return std::make_shared<http1_pipe>(environment, to, addresses);
}

}  // namespace holdfast::net
