#include "cluster/controllers/claim_controller.hpp"

#include <utility>

#include "cluster/controllers/object_writes.hpp"

namespace holdfast::cluster {

void claim_controller::sync(object_key const& key, time_point now) {
  auto claim = context_.store.find(kinds::persistent_volume_claim, key);
  if (!claim || is_terminating(*claim)) {
    queue_.forget(key);
    return;
  }
  if (text_at(*claim, "spec", "volumeName").empty()) {
    auto object = *claim;
    object["spec"]["volumeName"] = "pvc-" + uid_of(object);
    auto const bound = context_.store.update(kinds::persistent_volume_claim, std::move(object));
    if (!bound) {
      queue_.retry(key, now);
      return;
    }
    claim = *bound;
    auto const& volume = text_at(*claim, "spec", "volumeName");
    context_.events.record(kinds::persistent_volume_claim, *claim, "persistentvolume-controller",
                           {event_type::normal,
                            "ProvisioningSucceeded",
                            {"Successfully provisioned volume " + volume, "every claim is a folder of its own"}},
                           now);
  }
  auto status = member(*claim, "status");
  status["phase"] = "Bound";
  status["accessModes"] = member(*claim, "spec", "accessModes");
  status["capacity"]["storage"] = member(*claim, "spec", "resources", "requests", "storage");
  if (with_status(context_.store, kinds::persistent_volume_claim, claim, std::move(status))) {
    queue_.succeeded(key);
  } else {
    queue_.retry(key, now);
  }
}

}  // namespace holdfast::cluster
