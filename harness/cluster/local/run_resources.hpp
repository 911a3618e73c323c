#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cluster/controllers/address_source.hpp"
#include "cluster/node/address_pool.hpp"
#include "cluster/node/cgroups.hpp"
#include "cluster/node/guardian.hpp"
#include "cluster/node/run_folder.hpp"
#include "core/diagnostic.hpp"

namespace holdfast::cluster {

/// Hands out the Services' addresses of a run's network.
class service_addresses final : public address_source {
 public:
  explicit service_addresses(address_pool& pool) : pool_{pool} {}
  result<std::string, std::string> take_service_address() override;
  result<std::string, std::string> take_this_service_address(std::string const& wanted) override;
  void give_back(std::string const& address) override;

 private:
  address_pool& pool_;
};

/// What a run takes of the machine, and the guardian that gives it back however the run ends: a folder, a network of
/// loopback addresses, control groups.
class run_resources {
 public:
  /// Removes first what runs left behind whose lock nobody holds.
  /// @param warn  gets a sentence for each thing that could not be removed
  /// @error       no folder, no free network, no guardian: each with its reason
  static result<std::unique_ptr<run_resources>, diagnostics> take(std::filesystem::path const& base,
                                                                  std::function<void(std::string const&)> const& warn);

  run_folder const& folder() const { return folder_; }
  address_pool& addresses() { return addresses_; }
  cgroup_tree& cgroups() { return *cgroups_; }

  /// All processes have ended. @return  what could not be removed; a sentence each
  std::vector<std::string> give_back();

 private:
  run_resources(run_folder folder, address_pool addresses, guardian watcher);

  run_folder folder_;
  address_pool addresses_;
  guardian guardian_;
  std::unique_ptr<cgroup_tree> cgroups_;
};

}  // namespace holdfast::cluster
