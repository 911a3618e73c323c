#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cluster/proxy/proxy_options.hpp"

namespace holdfast::cluster {

/// The annotation by which somebody with a kubectl switches faults of a Service's path on and off.
inline constexpr char const* faults_annotation = "holdfast.io/faults";

/// One fault as it is written: "latency delay=100ms jitter=10ms".
struct written_fault {
  std::string text;    ///< without blanks around it
  std::string port{};  ///< of the Service: its name, or its number when it has none; empty: all
  fault_request request;
};

struct written_faults {
  std::vector<written_fault> faults;
  diagnostics problems;
};

/// Reads "latency delay=100ms; reset after=1KiB": faults separated by ';', each a kind and its parameters. The
/// parameters "direction" (to-pod, to-client, both) and "port" are for all kinds. Two faults of the same text are one.
written_faults read_fault_text(std::string_view text, std::string_view service);

}  // namespace holdfast::cluster
