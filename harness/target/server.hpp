#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/diagnostic.hpp"
#include "core/result.hpp"
#include "target/server_options.hpp"
#include "target/truth_log.hpp"

namespace holdfast::target {

/// An HTTP/1.1 server whose truth is known, on threads of its own. Start and stop it from any one thread.
class server {
 public:
  /// Listens and serves at once: when this returns, connections are accepted.
  /// @error  the addresses that cannot be listened on
  static result<std::unique_ptr<server>, diagnostics> start(server_options options);
  ~server();  ///< stops
  server(server const&) = delete;
  server& operator=(server const&) = delete;

  std::vector<listen_address> const& addresses() const { return addresses_; }  ///< with real ports
  std::uint16_t port() const { return addresses_.front().port; }
  std::string url() const;  ///< of the first address: "http://127.0.0.1:8080"

  std::string url_of(listen_address const& at) const;

  /// Closes everything and waits for the threads. Safe to call again.
  void stop();

  /// What the server knows so far. While it runs, this waits for its threads to tell.
  truth_log truth();

 private:
  struct threads;
  server();
  std::vector<listen_address> addresses_;
  std::string scheme_ = "http";
  std::unique_ptr<threads> threads_;
};

}  // namespace holdfast::target
