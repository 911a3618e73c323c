#include "cli/up/connection_file.hpp"

#include <nlohmann/json.hpp>

namespace holdfast::cli {
namespace {

std::int64_t microseconds_since(time_point begin, time_point at) {
  return std::chrono::duration_cast<std::chrono::microseconds>(at - begin).count();
}

}  // namespace

std::string connection_line(cluster::connection_record const& record, time_point begin) {
  nlohmann::ordered_json line{{"service", *record.service},
                              {"client", to_string(record.client)},
                              {"pod", record.pod ? *record.pod : std::string{}},
                              {"to", record.pod ? to_string(record.to) : std::string{}},
                              {"start_us", microseconds_since(begin, record.start)},
                              {"end_us", microseconds_since(begin, record.end)},
                              {"bytes_to_pod", record.bytes_to_pod},
                              {"bytes_to_client", record.bytes_to_client},
                              {"end", to_string(record.how)}};
  if (!record.fault.empty()) line["fault"] = record.fault;
  return line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

connection_file::connection_file(std::filesystem::path const& path, time_point begin) : begin_{begin} {
  if (!path.empty()) file_.open(path, std::ios::binary);
  has_file_ = file_.is_open();
}

void connection_file::on_connections(std::vector<cluster::connection_record> ended) {
  if (!has_file_) return;
  std::string lines;
  for (auto const& each : ended) lines += connection_line(each, begin_) + '\n';
  file_.write(lines.data(), static_cast<std::streamsize>(lines.size()));
  if (file_.flush()) return;
  lost_ += ended.size();
  file_.clear();
}

void connection_file::on_event(cluster::proxy_event /*event*/) {}

}  // namespace holdfast::cli
