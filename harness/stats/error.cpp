#include "stats/error.hpp"

#include <string>

namespace holdfast::stats {
namespace {

char const* text_of(errc e) {
  switch (e) {
    case errc::empty_histogram:
      return "nothing was recorded";
    case errc::quantile_out_of_range:
      return "a quantile lies between 0 and 1";
    case errc::truncated:
      return "the histogram ends too early or its lengths disagree";
    case errc::not_base64:
      return "the histogram is not Base64";
    case errc::not_a_v2_histogram:
      return "not a compressed HdrHistogram of format V2";
    case errc::unsupported_histogram:
      return "a shifted or scaled (floating-point) HdrHistogram, which is not supported";
    case errc::bad_layout:
      return "the histogram's range or number of digits is impossible";
    case errc::bad_compression:
      return "the histogram's compressed data are damaged";
    case errc::too_large:
      return "the histogram is larger than any real one";
    case errc::bad_counts:
      return "the histogram holds counts outside its range";
    case errc::count_overflow:
      return "more than 2^63-1 values";
    case errc::write_failed:
      return "the output could not be written";
  }
  return "unknown error";
}

class category final : public boost::system::error_category {
 public:
  char const* name() const noexcept override { return "holdfast.stats"; }
  std::string message(int value) const override { return text_of(static_cast<errc>(value)); }
};

}  // namespace

boost::system::error_category const& stats_category() {
  static category const instance;
  return instance;
}

}  // namespace holdfast::stats
