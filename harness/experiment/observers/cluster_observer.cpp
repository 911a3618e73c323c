#include "experiment/observers/cluster_observer.hpp"

#include <utility>

#include <boost/asio/post.hpp>

namespace holdfast::experiment {

using namespace cluster;

cluster_observer::cluster_observer(boost::asio::any_io_executor executor, object_store& store, timeline& to)
    : executor_{std::move(executor)}, store_{store}, timeline_{to}, self_{std::make_shared<cluster_observer*>(this)} {
  subscription_ = store_.subscribe([this] { mark(); });
  follow();
}

cluster_observer::~cluster_observer() { store_.unsubscribe(subscription_); }

void cluster_observer::mark() {
  if (std::exchange(is_marked_, true)) return;
  boost::asio::post(executor_, [weak = std::weak_ptr{self_}] {
    auto const self = weak.lock();
    if (self) (*self)->follow();
  });
}

void cluster_observer::follow() {
  is_marked_ = false;
  auto const now = clock_seam::now();
  for (;;) {
    auto const changes = store_.changes_after(version_);
    if (!changes) return skip_to_present();
    if (changes->empty()) return;
    for (auto const& change : *changes) {
      version_ = change.version;
      timeline_.add_all(now, objects_.seen(change));
    }
  }
}

/// More has changed at once than the store keeps. What is there is looked at as it is; what came and went is not told.
void cluster_observer::skip_to_present() {
  auto const now = clock_seam::now();
  timeline_.add(now, {.kind = timeline_kinds::cluster, .subject = "observation", .what = "gap"});
  version_ = store_.version();
  for (auto const* const kind : {&kinds::replica_set, &kinds::pod, &kinds::endpoint_slice, &kinds::deployment,
                                 &kinds::horizontal_pod_autoscaler}) {
    for (auto const& object : store_.list(*kind)) {
      timeline_.add_all(now, objects_.seen({version_, change_type::modified, kind, object, object}));
    }
  }
}

}  // namespace holdfast::experiment
