#pragma once

#include <cstdint>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace holdfast::kit {

/// Listens. Accepted sockets send without delay.
/// @throws boost::system::system_error  when the address cannot be listened on; what() names it
boost::asio::ip::tcp::acceptor open_acceptor(boost::asio::any_io_executor const& executor, std::string const& address,
                                             std::uint16_t port);

/// Accepting failed for want of descriptors or memory, which others may give back.
bool is_shortage(boost::system::error_code ec);

/// "127.0.0.1:8080", "[::1]:8080".
std::string address_text(std::string const& address, std::uint16_t port);
std::string address_text(boost::asio::ip::tcp::endpoint const& of);

}  // namespace holdfast::kit
