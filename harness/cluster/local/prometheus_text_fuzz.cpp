// Any text as a page of metrics: it is read or refused with a line that it has, and sums are of wanted names only.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "cluster/local/prometheus_text.hpp"

namespace {

using namespace holdfast::cluster;

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  std::string_view const page{static_cast<char const*>(static_cast<void const*>(data)), size};
  static metric_names const wanted{"a", "up", "http_requests_total", "queue_length"};
  auto const sums = sums_in(page, wanted);
  if (!sums) {
    require(sums.error().starts_with("line ") && sums.error().size() < 200);
    return 0;
  }
  auto const series = series_in(page, wanted, "client", page.size());
  require(series.has_value());
  std::size_t count = 0;
  for (auto const& [name, sum] : *sums) {
    count += sum.series;
    require(wanted.contains(name) && sum.series > 0);
    require(sum.series <= static_cast<std::size_t>(std::ranges::count(page, '\n')) + 1);
  }
  require(series->size() == count);
  return 0;
}
