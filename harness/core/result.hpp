#pragma once

#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>

namespace holdfast {

/// A value or the reason why there is none. The one way errors of operations and of user input travel.
template <class T, class E = boost::system::error_code>
using result = boost::system::result<T, E>;

}  // namespace holdfast
