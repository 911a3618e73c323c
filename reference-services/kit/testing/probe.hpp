#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

namespace holdfast::kit {

struct probe_answer {
  int status = 0;                              ///< 0: the connection ended before a whole answer
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string body;

  nlohmann::json json() const { return nlohmann::json::parse(body); }
  std::string header(std::string const& name) const {
    auto const found = headers.find(name);
    return found != headers.end() ? found->second : std::string{};
  }
};

/// A blocking HTTP/1.1 client for tests: sends exactly the bytes that it is given. Waits ten seconds for anything.
class probe_connection {
 public:
  explicit probe_connection(std::uint16_t port, std::string const& address = "127.0.0.1");
  ~probe_connection();
  probe_connection(probe_connection const&) = delete;
  probe_connection& operator=(probe_connection const&) = delete;

  bool is_connected() const { return descriptor_ >= 0; }
  bool send(std::string_view bytes);
  enum class body_rule : std::uint8_t { as_told, none };  ///< none: of HEAD
  probe_answer receive(body_rule rule = body_rule::as_told);
  bool is_closed_by_peer();  ///< waits for the end; false when bytes come instead

 private:
  bool receive_more();
  int descriptor_ = -1;
  std::string received_;
};

struct probe_request {
  std::string method = "GET";
  std::string target = "/";
  std::string body = {};
  std::vector<std::pair<std::string, std::string>> headers = {};  ///< besides Host, Content-Length and Content-Type
  std::string content_type = "application/json";                  ///< of a body
};

/// One request on a connection of its own, or on `over`.
probe_answer ask(std::uint16_t port, probe_request const& what);
probe_answer ask(probe_connection& over, probe_request const& what);

}  // namespace holdfast::kit
