#include "kit/app/request_metrics.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace holdfast::kit {

namespace {

constexpr std::array<std::string_view, 10> methods{"GET",  "POST",    "PUT",   "PATCH",   "DELETE",
                                                   "HEAD", "OPTIONS", "TRACE", "CONNECT", "other"};

std::uint32_t number_of(std::string_view method) {
  auto const found = std::find(methods.begin(), methods.end() - 1, method);
  return static_cast<std::uint32_t>(found - methods.begin());
}

}  // namespace

void request_metrics::record(std::string_view method, std::string_view route, unsigned status, nanoseconds took) {
  auto const method_number = number_of(method);
  auto const known = std::find(routes_.begin(), routes_.end(), route);
  auto const number = static_cast<std::uint32_t>(known - routes_.begin());
  if (known == routes_.end()) routes_.emplace_back(route);
  auto const key = (std::uint64_t{number} << 32U) | (std::uint64_t{method_number} << 16U) | (status & 0xFFFFU);
  auto& into = series_[key];
  auto const seconds = in_seconds(took);
  auto const bucket = std::lower_bound(bounds.begin(), bounds.end(), seconds) - bounds.begin();
  ++into.counts[static_cast<std::size_t>(bucket)];
  into.sum += seconds;
  ++total_;
}

void request_metrics::write(prometheus_text& out) const {
  constexpr std::string_view name = "http_server_requests_seconds";
  out.family(name, "histogram", "Requests by method, route and status; from their heads to their answers.");
  for (auto const& [key, of] : series_) {
    auto const status = std::to_string(key & 0xFFFFU);
    auto const method = methods[(key >> 16U) & 0xFFFFU];
    auto const& pattern = routes_[key >> 32U];
    auto const uri = pattern.empty() ? std::string_view{"UNKNOWN"} : std::string_view{pattern};
    std::uint64_t below = 0;
    for (std::size_t i = 0; i < of.counts.size(); ++i) {
      below += of.counts[i];
      auto const end = i < bounds.size() ? fmt::format("{}", bounds[i]) : std::string{"+Inf"};
      out.sample(name, "_bucket", {{"method", method}, {"uri", uri}, {"status", status}, {"le", end}},
                 static_cast<double>(below));
    }
    out.sample(name, "_sum", {{"method", method}, {"uri", uri}, {"status", status}}, of.sum);
    out.sample(name, "_count", {{"method", method}, {"uri", uri}, {"status", status}}, static_cast<double>(below));
  }
}

}  // namespace holdfast::kit
