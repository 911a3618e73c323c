#include "stats/text_sink.hpp"

#include <ostream>

#include "stats/error.hpp"

namespace holdfast::stats {

text_sink sink_into(std::ostream& out) {
  return [&out](std::string_view text) -> result<void> {
    out.write(text.data(), static_cast<std::streamsize>(text.size()));
    if (!out) return make_error_code(errc::write_failed);
    return {};
  };
}

}  // namespace holdfast::stats
