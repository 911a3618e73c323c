#pragma once

#include <functional>
#include <iosfwd>
#include <string_view>

#include "core/result.hpp"

namespace holdfast::stats {

/// Takes text in the order in which it is to be stored, or says why it cannot.
using text_sink = std::function<result<void>(std::string_view)>;

/// Writes to `out`, which must outlive the sink. @error errc::write_failed once the stream has failed.
text_sink sink_into(std::ostream& out);

}  // namespace holdfast::stats
