#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "cluster/local/fault_report.hpp"
#include "cluster/node/image_map.hpp"
#include "cluster/node/process_runtime.hpp"
#include "cluster/objects/manifest_reader.hpp"
#include "cluster/proxy/connection_record.hpp"
#include "cluster/proxy/proxy_usage.hpp"
#include "cluster/store/object_store.hpp"
#include "core/diagnostic.hpp"

namespace holdfast::cluster {

class service_proxy;

struct local_cluster_settings {
  image_map images{};
  double time_scale = 1;              ///< control loops run so many times faster; programs do not
  std::filesystem::path claims{};     ///< data of PersistentVolumeClaims; empty: goes with the run
  std::filesystem::path base{};       ///< where runs have their folders; empty: the usual place
  std::uint16_t api_port = 0;         ///< on 127.0.0.1; 0: one that is free
  std::uint64_t seed = 1;             ///< of uids, names, endpoint choice and jitter
  proxy_sink* connections = nullptr;  ///< gets records of the proxy's connections; outlives the cluster
  /// Gets what becomes of faults on Services' paths, on the executor's thread.
  std::function<void(fault_report const&)> on_fault = [](fault_report const&) {};
  /// Gets a sentence for what does not work as on another machine.
  std::function<void(std::string const&)> warn = [](std::string const&) {};
};

/// A Kubernetes cluster in this process: store, control loops, node agent and API server on the executor's one thread,
/// the service proxy on one of its own. Pods are processes that end with the thread that started them.
class local_cluster {
 public:
  /// @error  what of the machine cannot be had
  static result<std::unique_ptr<local_cluster>, diagnostics> start(boost::asio::any_io_executor const& executor,
                                                                   local_cluster_settings settings);
  virtual ~local_cluster() = default;

  /// Creates the objects: Namespaces first, then what pods refer to, Services with their addresses, then all others in
  /// the order in which they are written, so that pods find what they need. Objects without a namespace go to
  /// "default"; a namespace that is named and not there is made.
  /// @error  those that the API refuses, with file and line
  virtual result<void, diagnostics> create(manifest_set const& manifests) = 0;

  /// Sends a signal to every process of a pod's containers. @return how many got it; 0 when nothing of the pod runs
  virtual std::size_t signal(object_key const& pod, int number) = 0;

  /// For commands beside the pods: what it starts ends with the cluster at the latest, however that ends.
  virtual process_runtime& processes() = 0;
  virtual object_store& store() = 0;
  virtual service_proxy& proxy() = 0;
  virtual proxy_usage proxy_cost() = 0;
  virtual std::string kubeconfig() const = 0;   ///< holds a secret
  virtual std::string api_address() const = 0;  ///< "https://127.0.0.1:34567"
  virtual std::string network() const = 0;      ///< "127.3.0.0/16"

  /// Ends every pod, then everything else. Pods get a short time after SIGTERM, whatever their grace period.
  /// @return  what could not be removed; a sentence each
  virtual boost::asio::awaitable<std::vector<std::string>> stop() = 0;
};

}  // namespace holdfast::cluster
