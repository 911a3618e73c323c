#include "cluster/proxy/connection_record.hpp"

namespace holdfast::cluster {

std::string_view to_string(connection_end end) {
  switch (end) {
    case connection_end::by_client:
      return "by client";
    case connection_end::by_pod:
      return "by pod";
    case connection_end::reset_by_client:
      return "reset by client";
    case connection_end::reset_by_pod:
      return "reset by pod";
    case connection_end::refused:
      return "refused";
    case connection_end::no_endpoint:
      return "no endpoint";
    case connection_end::connect_failed:
      return "connect failed";
    case connection_end::out_of_descriptors:
      return "out of descriptors";
    case connection_end::by_fault:
      return "by fault";
    case connection_end::by_proxy:
      return "by proxy";
  }
  return "";
}

std::string_view to_string(proxy_event::kind what) {
  switch (what) {
    case proxy_event::kind::accepting:
      return "accepting";
    case proxy_event::kind::refusing:
      return "refusing";
    case proxy_event::kind::hanging:
      return "hanging";
    case proxy_event::kind::out_of_descriptors:
      return "out of descriptors";
    case proxy_event::kind::too_many:
      return "too many connections";
    case proxy_event::kind::listen_failed:
      return "listen failed";
  }
  return "";
}

}  // namespace holdfast::cluster
