// The one place where Asio's TLS is compiled (BOOST_ASIO_SEPARATE_COMPILATION); see asio_impl.cpp.
#include <boost/asio/ssl/impl/src.hpp>
