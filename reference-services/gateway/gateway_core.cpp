#include "gateway/gateway_core.hpp"

#include <chrono>
#include <utility>

#include "kit/app/access_log.hpp"
#include "kit/http/answer_text.hpp"

namespace holdfast::gateway {

gateway_core::gateway_core(boost::asio::io_context& of, settings told)
    : context{of},
      config{std::move(told)},
      ours{{"Date", ""}, {"X-Instance", config.instance}, {"X-Version", config.version}},
      lines{of.get_executor(), {}},
      emptied{of} {
  for (auto const& to : config.routes.backends()) backends.push_back(std::make_unique<backend>(of, to, sweep));
  renew_date();
}

void gateway_core::renew_date() {
  auto const now = std::chrono::floor<std::chrono::seconds>(clock_seam::wall_now());
  if (now == dated_) return;
  dated_ = now;
  ours.front().value = kit::http_date(now);
  ours_text.clear();
  for (auto const& [name, value] : ours) ours_text.append(name).append(": ").append(value).append("\r\n");
}

void gateway_core::log(std::string_view event, std::string_view more) {
  if (!config.logs_events) return;
  std::string line;
  kit::begin_log_line(line, clock_seam::wall_now(), config.instance, event);
  line.append(more).append("}");
  lines.add(line);
}

}  // namespace holdfast::gateway
