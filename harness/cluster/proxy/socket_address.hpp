#pragma once

#include <netinet/in.h>

#include "cluster/proxy/ipv4_endpoint.hpp"

namespace holdfast::cluster {

sockaddr_in socket_address(ipv4_endpoint const& at);
ipv4_endpoint endpoint_of(sockaddr_in const& address);

}  // namespace holdfast::cluster
