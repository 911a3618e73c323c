#pragma once

#include <cstdint>
#include <memory>

#include "cluster/proxy/ipv4_endpoint.hpp"
#include "core/result.hpp"

namespace holdfast::cluster {

/// The other end of a fault_probe: a server on a thread of its own, that does at once what it is told, line by line.
///   "E\n"         answers "e\n"
///   "G<n>\n"      sends n bytes
///   "T<n>\n"...   takes n bytes, and answers "t<all bytes that came, the line included>\n"; also when the end comes
///   first
/// Ends its side when the peer has ended its own.
class probe_responder {
 public:
  /// Listens on 127.0.0.1 at a free port. @error  no descriptor or thread can be had
  static result<std::unique_ptr<probe_responder>> start();
  ~probe_responder();
  probe_responder(probe_responder const&) = delete;
  probe_responder& operator=(probe_responder const&) = delete;

  ipv4_endpoint const& at() const;

 private:
  struct thread_part;
  explicit probe_responder(std::unique_ptr<thread_part> part);
  std::unique_ptr<thread_part> part_;
};

}  // namespace holdfast::cluster
