#include "kit/http/request_reader.hpp"

#include <algorithm>
#include <limits>
#include <new>
#include <optional>
#include <utility>

#include <boost/beast/http/basic_parser.hpp>

#include "kit/http/request_target.hpp"
#include "net/http_text.hpp"

namespace holdfast::kit {
namespace {

namespace http = boost::beast::http;
using boost::beast::error_code;

// What a connection may keep of one request for the next; a big body must not stay for as long as the connection.
constexpr std::size_t most_spare_fields = 32;
constexpr std::size_t most_kept_body = 64 * 1024;

std::string_view plain(boost::beast::string_view text) { return {text.data(), text.size()}; }

unsigned status_of(error_code ec) {
  if (ec == http::error::header_limit) return 431;
  if (ec == http::error::body_limit) return 413;
  return 400;
}

/// Whether the last word is "HTTP/digit.digit", so that only the number is wrong.
bool names_a_version(std::string_view start_line) {
  auto const line = start_line.substr(0, start_line.find('\r'));
  auto const blank = line.rfind(' ');
  if (blank == std::string_view::npos) return false;
  auto const version = line.substr(blank + 1);
  auto const is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return version.size() == 8 && version.starts_with("HTTP/") && is_digit(version[5]) && version[6] == '.' &&
         is_digit(version[7]);
}

}  // namespace

/// Beast's parser, writing straight into the request: no message of its own in between.
class request_reader::parser : public http::basic_parser<true> {
 public:
  explicit parser(request_reader& owner) : owner_{owner} {
    auto const most = std::numeric_limits<std::uint32_t>::max();
    header_limit(static_cast<std::uint32_t>(std::min<std::size_t>(owner.limits_.header_bytes, most)));
    body_limit(owner.limits_.body_bytes);
  }

 private:
  using view = boost::beast::string_view;
  void on_request_impl(http::verb, view method, view target, int version, error_code& ec) override {
    ec = {};
    owner_.request_.method.assign(method.data(), method.size());
    owner_.target_.assign(target.data(), target.size());
    owner_.version_ = static_cast<unsigned>(version);
  }
  void on_response_impl(int, view, int, error_code& ec) override { ec = {}; }
  void on_field_impl(http::field, view name, view value, error_code& ec) override {
    ec = {};
    if (owner_.has_head_) return;  // a trailer: read over
    owner_.add_field(plain(name), plain(value));
    if (owner_.refusal_ != 0) ec = http::error::bad_value;
  }
  void on_header_impl(error_code& ec) override { ec = {}; }
  void on_body_init_impl(boost::optional<std::uint64_t> const& length, error_code& ec) override {
    ec = {};
    // No more than that before the bytes are there: a promise costs a client nothing.
    if (length) owner_.request_.body.reserve(std::min<std::uint64_t>(*length, most_kept_body));
  }
  std::size_t on_body_impl(view body, error_code& ec) override {
    ec = {};
    owner_.request_.body.append(body.data(), body.size());
    return body.size();
  }
  void on_chunk_header_impl(std::uint64_t size, view, error_code& ec) override {
    ec = {};
    owner_.chunk_left_ = size;
  }
  std::size_t on_chunk_body_impl(std::uint64_t, view body, error_code& ec) override {
    owner_.chunk_left_ -= body.size();
    return on_body_impl(body, ec);
  }
  void on_finish_impl(error_code& ec) override { ec = {}; }

  request_reader& owner_;
};

request_reader::request_reader(message_limits limits) : limits_{limits} { begin(); }
request_reader::~request_reader() = default;

void request_reader::begin() {
  auto& headers = request_.headers;
  for (; !headers.empty() && spare_.size() < most_spare_fields; headers.pop_back()) {
    if (headers.back().value.size() < 1024) spare_.push_back(std::move(headers.back()));
  }
  headers.clear();
  request_.body.clear();
  if (request_.body.capacity() > most_kept_body) request_.body.shrink_to_fit();
  request_.query.clear();
  request_.host.clear();
  request_.correlation_id.clear();
  request_.route.clear();
  head_bytes_ = 0;
  chunk_left_ = 0;
  hosts_ = 0;
  refusal_ = 0;
  progress_ = progress::in_head;
  after_ = persistence::close;
  has_begun_ = has_head_ = expects_continue_ = is_expectation_unknown_ = has_transfer_coding_ = false;
  if (parser_) {
    // In place: the parser cannot be used twice, its memory can.
    std::destroy_at(parser_.get());
    new (parser_.get()) parser{*this};
  } else {
    parser_ = std::make_unique<parser>(*this);
  }
}

std::size_t request_reader::feed(std::string_view data) {
  switch (progress_) {
    case progress::in_head:
      return feed_head(data);
    case progress::in_body:
      return feed_body(data);
    default:
      return 0;
  }
}

/// Empty lines before a request line are read over (RFC 9112, 2.2).
std::size_t request_reader::skip_empty_lines(std::string_view data) {
  auto const first = std::min(data.find_first_not_of("\r\n"), data.size());
  head_bytes_ += first;
  has_begun_ = first < data.size();
  if (head_bytes_ > limits_.header_bytes) refuse(431);
  return first;
}

std::size_t request_reader::feed_head(std::string_view data) {
  auto const skipped = has_begun_ ? 0 : skip_empty_lines(data);
  data.remove_prefix(skipped);
  if (data.empty() || progress_ == progress::refused) return skipped;
  error_code ec;
  auto const parsed = parser_->put(boost::asio::const_buffer{data.data(), data.size()}, ec);
  head_bytes_ += parsed;
  bool const needs_more = ec == http::error::need_more;
  if (refusal_ != 0) {
    refuse(refusal_);
  } else if (head_bytes_ + (needs_more ? data.size() - parsed : 0) > limits_.header_bytes) {
    refuse(431);
  } else if (ec == http::error::bad_version) {
    refuse(names_a_version(data) ? 505 : 400);
  } else if (ec == http::error::body_limit) {
    end_head();
    if (refusal_ == 0) refuse(413);
  } else if (ec && !needs_more) {
    refuse(status_of(ec));
  } else if (parser_->is_header_done()) {
    end_head();
  }
  return skipped + parsed;
}

/// Beast asserts that it is not shown the shortest last chunk, "0" and two line ends, in parts.
bool request_reader::may_be_short_last_chunk(std::string_view data) const {
  constexpr std::size_t shortest = 5;
  return has_transfer_coding_ && chunk_left_ == 0 && data.size() < shortest && data.front() == '0';
}

std::size_t request_reader::feed_body(std::string_view data) {
  std::size_t taken = 0;
  while (taken < data.size() && progress_ == progress::in_body && !may_be_short_last_chunk(data.substr(taken))) {
    error_code ec;
    auto const parsed = parser_->put(boost::asio::const_buffer{data.data() + taken, data.size() - taken}, ec);
    taken += parsed;
    if (ec && ec != http::error::need_more) {
      refuse(status_of(ec));
    } else if (parser_->is_done()) {
      progress_ = progress::complete;
    } else if (ec) {
      // A line between chunks, or trailers, that do not end.
      if (data.size() - taken > limits_.header_bytes) refuse(431);
      break;
    }
  }
  return taken;
}

/// The rules that need the whole head.
void request_reader::end_head() {
  if (hosts_ > 1 || (hosts_ == 0 && version_ >= 11) || !is_valid_host(request_.host)) return refuse(400);
  if (has_transfer_coding_ && version_ < 11) return refuse(400);
  if (!read_target(target_, request_)) return refuse(400);
  has_head_ = true;
  if (is_expectation_unknown_) return refuse(417);
  bool const stays = parser_->is_header_done() && parser_->keep_alive();
  after_ = !stays ? persistence::close : version_ >= 11 ? persistence::keep_open : persistence::confirm_open;
  expects_continue_ = expects_continue_ && version_ >= 11 && !parser_->is_done();
  progress_ = parser_->is_done() ? progress::complete : progress::in_body;
}

void request_reader::add_field(std::string_view name, std::string_view value) {
  if (request_.headers.size() >= limits_.header_fields) {
    refusal_ = 431;
    return;
  }
  if (spare_.empty()) {
    request_.headers.push_back({std::string{name}, std::string{value}});
  } else {
    auto& field = request_.headers.emplace_back(std::move(spare_.back()));
    spare_.pop_back();
    field.name.assign(name);
    field.value.assign(value);
  }
  read_known_field(name, value);
}

void request_reader::read_known_field(std::string_view name, std::string_view value) {
  using net::equals_ignoring_case;
  if (equals_ignoring_case(name, "host")) {
    ++hosts_;
    request_.host = value;
  } else if (equals_ignoring_case(name, "transfer-encoding")) {
    has_transfer_coding_ = true;
    // Any other coding, or a list of them, would leave the body undecoded or its end unknown.
    if (!equals_ignoring_case(value, "chunked")) refusal_ = 501;
  } else if (equals_ignoring_case(name, "expect")) {
    expects_continue_ = equals_ignoring_case(value, "100-continue");
    is_expectation_unknown_ = !expects_continue_;
  } else if (equals_ignoring_case(name, "x-correlation-id")) {
    request_.correlation_id = value;
  }
}

void request_reader::refuse(unsigned status) {
  refusal_ = status;
  progress_ = progress::refused;
  after_ = persistence::close;
}

}  // namespace holdfast::kit
