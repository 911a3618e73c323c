#pragma once

#include <atomic>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "cluster/proxy/connection_record.hpp"
#include "core/clock.hpp"

namespace holdfast::cli {

/// One JSON object, without its line end: service, client, pod, to, start_us and end_us since `begin`, bytes_to_pod,
/// bytes_to_client, end, and fault where one ended it.
std::string connection_line(cluster::connection_record const& record, time_point begin);

/// Writes a line for each connection through the proxy. Without a file it does nothing.
class connection_file final : public cluster::proxy_sink {
 public:
  connection_file(std::filesystem::path const& path, time_point begin);
  bool is_open() const { return has_file_; }
  /// Connections whose line could not be written.
  std::uint64_t lost() const { return lost_; }

  void on_connections(std::vector<cluster::connection_record> ended) override;
  void on_event(cluster::proxy_event event) override;

 private:
  time_point begin_;
  std::ofstream file_;  // of the proxy's thread
  bool has_file_;
  std::atomic<std::uint64_t> lost_ = 0;
};

}  // namespace holdfast::cli
