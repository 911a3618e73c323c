#pragma once

#include <functional>
#include <memory>

#include <boost/asio/any_io_executor.hpp>

#include "cluster/store/object_store.hpp"
#include "experiment/observers/object_observer.hpp"
#include "experiment/timeline.hpp"

namespace holdfast::experiment {

/// Follows a cluster's objects and puts what they tell on the timeline, from the loop, at most one turn of it after
/// they changed. The loop's thread only.
class cluster_observer {
 public:
  /// Begins with all that is there. What is given outlives it.
  cluster_observer(boost::asio::any_io_executor executor, cluster::object_store& store, timeline& to);
  cluster_observer(cluster_observer const&) = delete;
  cluster_observer& operator=(cluster_observer const&) = delete;
  ~cluster_observer();

  object_observer const& objects() const { return objects_; }
  /// Takes in at once what has changed.
  void follow();

 private:
  void mark();
  void skip_to_present();

  boost::asio::any_io_executor executor_;
  cluster::object_store& store_;
  timeline& timeline_;
  object_observer objects_;
  std::uint64_t version_ = 0;
  std::uint64_t subscription_ = 0;
  bool is_marked_ = false;
  std::shared_ptr<cluster_observer*> self_;  // for what is posted
};

}  // namespace holdfast::experiment
