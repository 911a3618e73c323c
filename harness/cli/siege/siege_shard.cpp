#include "cli/siege/siege_shard.hpp"

#include <utility>

namespace holdfast::cli {

siege_shard::siege_shard(siege_plan const& plan, siege_abort_switch& abort, load::origin_table& origins,
                         transaction_sink& sink, siege_calendar const& calendar)
    : plan_{plan},
      abort_{abort},
      origins_{origins},
      sink_{sink},
      calendar_{calendar},
      printer_{plan.settings, calendar},
      writer_{plan.settings},
      urls_{prepare_all(plan.urls)},
      login_urls_{prepare_all(plan.login_urls)},
      auth_urls_{prepare_all(plan.auth_urls)} {}

std::vector<prepared_siege_request> siege_shard::prepare_all(std::vector<siege_request> const& requests) {
  std::vector<prepared_siege_request> out;
  out.reserve(requests.size());
  for (auto const& each : requests) out.push_back(prepare(each, out.size()));
  return out;
}

prepared_siege_request siege_shard::prepare(siege_request request, std::uint64_t url_id) {
  prepared_siege_request out;
  out.wire = writer_.prepare(request);
  auto const blank = out.wire.first.find(' ') + 1;
  out.sent_target = out.wire.first.substr(blank, out.wire.first.find(' ', blank) - blank);
  out.url = net::to_string(request.where);
  out.origin = origins_.intern(next_hop(plan_.settings, request.where));
  out.url_id = url_id;
  out.request = std::move(request);
  return out;
}

bool siege_shard::has_room_for(net::url const& where) const {
  constexpr std::uint32_t most_origins = 1024;
  if (origins_.size() < most_origins) return true;
  auto const to = next_hop(plan_.settings, where);
  for (std::uint32_t i = 0; i < origins_.size(); ++i) {
    if (origins_[i] == to) return true;
  }
  return false;
}

void siege_shard::print_line(siege_transaction const& what, time_point ended) {
  line_.clear();
  printer_.append(line_, what, ended);
  sink_.print(line_, ended);
}

void siege_shard::complain(std::string_view text, time_point now) {
  sink_.complain(siege_error_line(text, plan_.settings.color), now);
}

}  // namespace holdfast::cli
