#pragma once

#include <array>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>

namespace holdfast::cluster::testing {

/// Answers each request line's target with fixed bytes and closes; a target without an answer is never answered.
class scripted_http_server {
 public:
  explicit scripted_http_server(boost::asio::io_context& context)
      : acceptor_{context, {boost::asio::ip::make_address("127.0.0.1"), 0}} {
    accept();
  }
  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  std::string origin() const { return "http://127.0.0.1:" + std::to_string(port()); }

  std::map<std::string, std::string> answers;
  std::vector<std::string> requests;
  int connections = 0;

  /// A whole answer with this status, extra header lines and body.
  static std::string answer(int status, std::string const& headers = {}, std::string const& body = {}) {
    return "HTTP/1.1 " + std::to_string(status) + " X\r\n" + headers +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  }

 private:
  struct session {
    explicit session(boost::asio::ip::tcp::socket its) : socket{std::move(its)} {}
    boost::asio::ip::tcp::socket socket;
    std::string request{};
    std::array<char, 4096> buffer{};
  };

  void accept() {
    acceptor_.async_accept([this](boost::system::error_code ec, boost::asio::ip::tcp::socket socket) {
      if (ec) return;
      ++connections;
      sessions_.emplace_back(std::move(socket));
      read(sessions_.back());
      accept();
    });
  }
  void read(session& on) {
    on.socket.async_read_some(boost::asio::buffer(on.buffer), [this, &on](boost::system::error_code ec, std::size_t n) {
      if (ec) return;
      on.request.append(on.buffer.data(), n);
      if (on.request.find("\r\n\r\n") == std::string::npos) return read(on);
      requests.push_back(on.request);
      auto const from = on.request.find(' ') + 1;
      auto const found = answers.find(on.request.substr(from, on.request.find(' ', from) - from));
      if (found == answers.end()) return;
      boost::system::error_code ignored;
      boost::asio::write(on.socket, boost::asio::buffer(found->second), ignored);
      on.socket.close(ignored);
    });
  }

  boost::asio::ip::tcp::acceptor acceptor_;
  std::list<session> sessions_;
};

}  // namespace holdfast::cluster::testing
