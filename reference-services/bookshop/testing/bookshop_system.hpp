#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bookshop/testing/shopper.hpp"
#include "kit/testing/probe.hpp"
#include "kit/testing/service_process.hpp"
#include "kit/testing/temporary_folder.hpp"

namespace holdfast::bookshop {

/// The five services as processes on a loopback address of their own, with stores and event log in a temporary folder.
class bookshop_system {
 public:
  using environment = kit::service_process::environment;

  /// @param for_all  variables of every service
  /// @param of_one   further ones, by service
  explicit bookshop_system(environment for_all = {}, std::map<std::string, environment> of_one = {});

  static std::vector<std::string> const& services();  ///< book, order, delivery, mypage, review
  /// Starts what does not run and waits until everything listens.
  void start_all();
  void start(std::string const& service);  ///< or "gateway": before all of them, on port 8088 of the same address
  void kill(std::string const& service);   ///< -9
  void end(std::string const& service);    ///< SIGTERM, and wait
  /// A second process of a service, with the same store.
  void start_replica(std::string const& service);
  void stop_replica(std::string const& service);
  kit::probe_answer ask_gateway(kit::probe_request const& what) const;
  kit::probe_answer ask_replica(std::string const& service, kit::probe_request const& what);
  kit::service_process& process(std::string const& service) { return *processes_.at(service); }
  bool is_running(std::string const& service);
  /// Variables of a service at its next start.
  environment& variables(std::string const& service) { return of_one_[service]; }

  std::string const& address() const { return address_; }
  std::string url(std::string_view service) const;
  std::string events_folder() const { return folder_.path("events"); }
  std::string folder() const { return folder_.path(); }

  kit::probe_answer ask(std::string_view service, kit::probe_request const& what) const;
  kit::probe_answer get(std::string_view service, std::string const& target) const;
  /// Body of a 200; null otherwise.
  nlohmann::json document(std::string_view service, std::string const& target) const;

  shopper client;  ///< whose account counts

 private:
  environment environment_of(std::string const& service) const;
  environment environment_of_gateway() const;

  kit::temporary_folder folder_;
  std::string address_;
  environment for_all_;
  std::map<std::string, environment> of_one_;
  std::map<std::string, std::unique_ptr<kit::service_process>> processes_, replicas_;
};

}  // namespace holdfast::bookshop
