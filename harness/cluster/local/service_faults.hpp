#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "cluster/controllers/event_recorder.hpp"
#include "cluster/local/fault_report.hpp"
#include "cluster/local/fault_text.hpp"
#include "cluster/proxy/fault_evidence.hpp"
#include "cluster/proxy/service_proxy.hpp"

namespace holdfast::cluster {

class blocking_work;

/// Puts the faults that a Service's annotation names on its path, all of its ports, and takes them off again. Each
/// counts when a probe has seen it from outside: an Event FaultActive says what was measured, FaultNotSeen that it was
/// not seen; FaultGone and FaultStays the same of its end; FaultRefused what is wrong with the text. The probes block,
/// so they have a thread of their own. All else on the loop's thread. When the Service's ports change, its faults are
/// taken off and put on anew.
class service_faults {
 public:
  /// Names in the proxy of a Service's ports, and their addresses.
  using named_ports = std::map<std::string, ipv4_endpoint>;
  using ports_of = std::function<named_ports(object_key const& service)>;
  using report_function = std::function<void(fault_report const&)>;

  /// Everything given outlives it.
  /// @param probe_address  a loopback address that no client uses
  /// @param on_report      gets what the Events say, on the executor's thread
  service_faults(boost::asio::any_io_executor executor, object_store const& store, service_proxy& proxy,
                 event_recorder& events, cluster_clock const& clock, std::uint32_t probe_address, ports_of ports,
                 report_function on_report);
  service_faults(service_faults const&) = delete;
  service_faults& operator=(service_faults const&) = delete;
  ~service_faults();  ///< waits for the probe that is under way

  /// Takes in what has changed in the store since the last call. After service_routes::observe().
  void observe();

 private:
  struct switched_fault;
  using switched_faults = std::map<std::string, std::shared_ptr<switched_fault>>;  // by text

  /// What its faults were made from.
  struct annotated_service {
    std::string text{};
    named_ports ports{};
    friend bool operator==(annotated_service const&, annotated_service const&) = default;
  };

  void follow();
  void take(object_key const& key, object_ptr const& service);
  void refuse(object_key const& key, diagnostics const& problems);
  void put_on(object_key const& key, switched_fault& fault);
  void take_off(object_key const& key, switched_fault const& fault, bool has_address);
  void switch_on(object_key const& key, written_fault fault, named_ports const& ports);
  void switch_off(object_key const& key, std::shared_ptr<switched_fault> const& fault, named_ports const& ports);
  void tell_later(fault_report report) const;
  void tell(fault_report const& report);
  void work(std::function<void()> piece);

  boost::asio::any_io_executor executor_;
  object_store const& store_;
  service_proxy& proxy_;
  event_recorder& events_;
  cluster_clock const& clock_;
  std::uint32_t probe_address_;
  ports_of ports_;
  report_function on_report_;
  std::optional<std::uint64_t> version_;
  std::map<object_key, switched_faults> faults_;
  std::map<object_key, annotated_service> annotated_;
  std::shared_ptr<service_faults*> self_;  ///< for what comes back from the thread
  std::unique_ptr<blocking_work> work_;    ///< null until it is needed
};

}  // namespace holdfast::cluster
