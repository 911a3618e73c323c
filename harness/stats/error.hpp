#pragma once

#include <boost/system/error_code.hpp>

namespace holdfast::stats {

/// Causes of failure in this module.
enum class errc {
  empty_histogram = 1,
  quantile_out_of_range,
  truncated,
  not_base64,
  not_a_v2_histogram,
  unsupported_histogram,
  bad_layout,
  bad_compression,
  too_large,
  bad_counts,
  count_overflow,
  write_failed,
};

boost::system::error_category const& stats_category();

inline boost::system::error_code make_error_code(errc e) { return {static_cast<int>(e), stats_category()}; }

}  // namespace holdfast::stats

template <>
struct boost::system::is_error_code_enum<holdfast::stats::errc> : std::true_type {};
