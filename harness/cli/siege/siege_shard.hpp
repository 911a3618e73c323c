#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cli/siege/siege_plan.hpp"
#include "cli/siege/siege_request_writer.hpp"
#include "cli/siege/siege_tally.hpp"
#include "cli/siege/siege_transaction_line.hpp"
#include "core/clock.hpp"
#include "load/origin_table.hpp"

namespace holdfast::cli {

/// Where users put what siege prints while it runs. Each text ends in a newline and belongs together.
class transaction_sink {
 public:
  virtual ~transaction_sink() = default;
  virtual void print(std::string_view text, time_point now) = 0;     ///< stdout
  virtual void complain(std::string_view text, time_point now) = 0;  ///< stderr
};

/// What all threads of a siege share: the count of failures that may end it.
class siege_abort_switch {
 public:
  /// Thrown by failure number `threshold`; 0: never.
  explicit siege_abort_switch(std::uint64_t threshold) : threshold_{threshold} {}
  void count_failure() {
    if (failures_.fetch_add(1, std::memory_order_relaxed) + 1 == threshold_) {
      is_thrown_.store(true, std::memory_order_relaxed);
    }
  }
  std::atomic<bool> const& flag() const { return is_thrown_; }
  bool is_thrown() const { return is_thrown_.load(std::memory_order_relaxed); }

 private:
  std::uint64_t threshold_;
  std::atomic<std::uint64_t> failures_{0};
  std::atomic<bool> is_thrown_{false};
};

/// A request with everything about it that does not change.
struct prepared_siege_request {
  siege_request request;
  siege_wire_request wire;
  std::string sent_target;  ///< as it stands in the request line
  std::string url;          ///< in full, for lines
  std::uint32_t origin = 0;
  std::uint64_t url_id = 0;
};

/// What the users of one shard share. Used by its thread only; plan, abort switch, origins and sink outlive it.
class siege_shard {
 public:
  siege_shard(siege_plan const& plan, siege_abort_switch& abort, load::origin_table& origins, transaction_sink& sink,
              siege_calendar const& calendar);

  siege_plan const& plan() const { return plan_; }
  siege_settings const& settings() const { return plan_.settings; }
  std::vector<prepared_siege_request> const& urls() const { return urls_; }
  std::vector<prepared_siege_request> const& login_urls() const { return login_urls_; }
  std::vector<prepared_siege_request> const& auth_urls() const { return auth_urls_; }
  siege_abort_switch& abort_switch() { return abort_; }
  siege_tally& tally() { return tally_; }
  transaction_sink& sink() { return sink_; }
  siege_calendar const& calendar() const { return calendar_; }

  /// Whether prepare() may be called for a place that a server named: origins are kept for the whole run, so that a
  /// hostile server must not invent them without end.
  bool has_room_for(net::url const& where) const;
  prepared_siege_request prepare(siege_request request, std::uint64_t url_id);
  void print_line(siege_transaction const& what, time_point ended);
  void complain(std::string_view text, time_point now);

 private:
  std::vector<prepared_siege_request> prepare_all(std::vector<siege_request> const& requests);

  siege_plan const& plan_;
  siege_abort_switch& abort_;
  load::origin_table& origins_;
  transaction_sink& sink_;
  siege_calendar calendar_;
  siege_line_printer printer_;
  siege_request_writer writer_;
  std::vector<prepared_siege_request> urls_, login_urls_, auth_urls_;
  siege_tally tally_;
  std::string line_;
};

}  // namespace holdfast::cli
