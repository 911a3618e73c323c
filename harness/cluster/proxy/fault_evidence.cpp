#include "cluster/proxy/fault_evidence.hpp"

namespace holdfast::cluster {

char const* to_string(probe_end end) {
  switch (end) {
    case probe_end::none:
      return "not tried";
    case probe_end::answered:
      return "answered";
    case probe_end::finished:
      return "ended early";
    case probe_end::reset:
      return "reset";
    case probe_end::refused:
      return "refused";
    case probe_end::silent:
      return "no answer";
    case probe_end::unconnected:
      return "no connection";
  }
  return "";
}

}  // namespace holdfast::cluster
