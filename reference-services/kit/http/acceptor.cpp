#include "kit/http/acceptor.hpp"

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

namespace holdfast::kit {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

std::string address_text(std::string const& address, std::uint16_t port) {
  auto const is_v6 = address.find(':') != std::string::npos;
  return (is_v6 ? "[" + address + "]" : address) + ":" + std::to_string(port);
}

std::string address_text(tcp::endpoint const& of) { return address_text(of.address().to_string(), of.port()); }

bool is_shortage(error_code ec) {
  return ec == asio::error::no_descriptors || ec == asio::error::no_memory || ec == asio::error::no_buffer_space ||
         ec == boost::system::errc::too_many_files_open_in_system;
}

tcp::acceptor open_acceptor(asio::any_io_executor const& executor, std::string const& address, std::uint16_t port) {
  error_code ec;
  auto const require = [&] {
    if (ec) throw boost::system::system_error{ec, "cannot listen on " + address_text(address, port)};
  };
  auto const ip = asio::ip::make_address(address, ec);
  require();
  tcp::endpoint const at{ip, port};
  tcp::acceptor acceptor{executor};
  acceptor.open(at.protocol(), ec);
  require();
  acceptor.set_option(tcp::acceptor::reuse_address{true}, ec);
  require();
  acceptor.set_option(tcp::no_delay{true}, ec);  // accepted sockets inherit it
  require();
  acceptor.bind(at, ec);
  require();
  acceptor.listen(asio::socket_base::max_listen_connections, ec);
  require();
  return acceptor;
}

}  // namespace holdfast::kit
