#include "gateway/answer_reader.hpp"

#include <algorithm>
#include <new>

#include <boost/beast/http/basic_parser.hpp>

#include "net/http_text.hpp"

namespace holdfast::gateway {
namespace {

namespace http = boost::beast::http;
using boost::beast::error_code;

// Lines between chunks, and trailers, that do not end.
constexpr std::size_t longest_line = 16 * 1024;

bool is_unreadable(fields const& head) {
  auto const codings = std::ranges::count_if(
      head, [](kit::header const& each) { return net::equals_ignoring_case(each.name, "transfer-encoding"); });
  if (codings == 0) return false;
  // Any other coding, or a list of them, would leave the end of the body unknown.
  return codings > 1 || !net::equals_ignoring_case(*value_of(head, "transfer-encoding"), "chunked");
}

}  // namespace

/// Beast's parser, writing straight into the reader.
class answer_reader::parser : public http::basic_parser<false> {
 public:
  explicit parser(answer_reader& owner) : owner_{owner} {
    header_limit(longest_head);
    body_limit(boost::none);
    skip(owner.rule_ == body_rule::never);
  }

 private:
  using view = boost::beast::string_view;
  void on_request_impl(http::verb, view, view, int, error_code& ec) override { ec = {}; }
  void on_response_impl(int status, view reason, int, error_code& ec) override {
    ec = {};
    owner_.status_ = static_cast<unsigned>(status);
    owner_.reason_.assign(reason.data(), reason.size());
  }
  void on_field_impl(http::field, view name, view value, error_code& ec) override {
    ec = {};
    if (owner_.has_head()) return;  // a trailer: read over
    if (owner_.fields_.size() >= most_fields) {
      ec = http::error::header_limit;
      return;
    }
    owner_.fields_.push_back({{name.data(), name.size()}, {value.data(), value.size()}});
  }
  void on_header_impl(error_code& ec) override { ec = {}; }
  void on_body_init_impl(boost::optional<std::uint64_t> const&, error_code& ec) override { ec = {}; }
  std::size_t on_body_impl(view body, error_code& ec) override {
    ec = {};
    owner_.body_.append(body.data(), body.size());
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

  answer_reader& owner_;
};

answer_reader::answer_reader() { begin(body_rule::by_head); }
answer_reader::~answer_reader() = default;

void answer_reader::begin(body_rule rule) {
  rule_ = rule;
  interim_answers_ = 0;
  has_begun_ = false;
  body_.clear();
  restart();
}

void answer_reader::restart() {
  fields_.clear();
  reason_.clear();
  length_.reset();
  chunk_left_ = 0;
  status_ = 0;
  progress_ = progress::in_head;
  framing_ = body_framing::none;
  keeps_open_ = false;
  if (parser_) {
    // In place: the parser cannot be used twice, its memory can.
    std::destroy_at(parser_.get());
    new (parser_.get()) parser{*this};
  } else {
    parser_ = std::make_unique<parser>(*this);
  }
}

std::size_t answer_reader::feed(std::string_view data) {
  std::size_t taken = 0;
  has_begun_ = has_begun_ || !data.empty();
  while (progress_ == progress::in_head && taken < data.size()) {
    auto const of_head = feed_head(data.substr(taken));
    taken += of_head;
    if (of_head == 0) break;
  }
  if (progress_ == progress::in_body) feed_body(data, taken);
  return taken;
}

std::size_t answer_reader::feed_head(std::string_view data) {
  error_code ec;
  auto const parsed = parser_->put(boost::asio::const_buffer{data.data(), data.size()}, ec);
  if (parser_->is_header_done()) {
    end_head();
  } else if ((ec && ec != http::error::need_more) || data.size() - parsed > longest_head) {
    progress_ = progress::refused;
  }
  return parsed;
}

void answer_reader::end_head() {
  constexpr unsigned first_final_status = 200;
  if (status_ < first_final_status) {
    // 101 would end HTTP here, and nobody asked for it.
    bool const goes_on = status_ >= 100 && status_ != 101 && ++interim_answers_ <= most_interim_answers;
    if (goes_on) {
      restart();
    } else {
      progress_ = progress::refused;
    }
    return;
  }
  constexpr unsigned last_status = 599;
  if (status_ > last_status || is_unreadable(fields_)) {
    progress_ = progress::refused;
    return;
  }
  keeps_open_ = parser_->keep_alive();
  if (!parser_->chunked()) {
    if (auto const told = parser_->content_length()) length_ = *told;
  }
  bool const has_body = rule_ == body_rule::by_head && status_ != 204 && status_ != 304;
  if (!has_body || parser_->is_done()) {
    // A body of no bytes is told to the client as it was told to us.
    framing_ = has_body && length_ ? body_framing::length : body_framing::none;
    progress_ = progress::complete;
    return;
  }
  framing_ = parser_->chunked() ? body_framing::chunked : length_ ? body_framing::length : body_framing::until_close;
  if (framing_ == body_framing::until_close) keeps_open_ = false;
  progress_ = progress::in_body;
}

/// Beast asserts that it is not shown the shortest last chunk, "0" and two line ends, in parts.
bool answer_reader::may_be_short_last_chunk(std::string_view data) const {
  constexpr std::size_t shortest = 5;
  return framing_ == body_framing::chunked && chunk_left_ == 0 && data.size() < shortest && data.front() == '0';
}

void answer_reader::feed_body(std::string_view data, std::size_t& taken) {
  while (taken < data.size() && progress_ == progress::in_body && !may_be_short_last_chunk(data.substr(taken))) {
    error_code ec;
    auto const parsed = parser_->put(boost::asio::const_buffer{data.data() + taken, data.size() - taken}, ec);
    taken += parsed;
    if (ec && ec != http::error::need_more) {
      progress_ = progress::refused;
    } else if (parser_->is_done()) {
      progress_ = progress::complete;
    } else if (ec) {
      if (data.size() - taken > longest_line) progress_ = progress::refused;
      break;
    }
  }
}

void answer_reader::make_small() {
  constexpr std::size_t most_kept_bytes = 16 * 1024;
  if (body_.capacity() > most_kept_bytes) std::string{}.swap(body_);
}

bool answer_reader::end() {
  if (progress_ == progress::in_body && framing_ == body_framing::until_close) progress_ = progress::complete;
  return progress_ == progress::complete;
}

}  // namespace holdfast::gateway
