#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cluster/objects/api_error.hpp"
#include "cluster/objects/json.hpp"
#include "cluster/objects/object_meta.hpp"
#include "cluster/objects/resource_kind.hpp"
#include "core/clock.hpp"
#include "core/random.hpp"

namespace holdfast::cluster {

/// An object as it was at one resourceVersion. Never changes.
using object_ptr = std::shared_ptr<json const>;

enum class change_type { added, modified, deleted };

struct object_change {
  std::uint64_t version = 0;  ///< of the store after this change
  change_type type = change_type::added;
  resource_kind const* kind = nullptr;
  object_ptr object;  ///< as it is now; for `deleted` as it was at last, with the version of its end
  object_ptr before;  ///< null for `added`
};

/// What happens to the objects that name a deleted one as their owner.
enum class propagation { background, foreground, orphan };

struct deletion {
  std::optional<std::int64_t> grace_seconds{};  ///< pods only; the pod's own when absent
  std::optional<propagation> dependents{};      ///< background when absent
  std::string uid{};                            ///< when given, only this very object
  std::string version{};                        ///< when given, only while it is unchanged
};

struct removal {
  object_ptr object;
  bool is_gone = false;  ///< else it is terminating
};

/// Which part of an object a write may change.
enum class update_scope { all_but_status, status };

/// Where the cluster's state is: objects by kind, namespace and name, each write with a version of its own, and the
/// latest changes for whoever follows them. Knows the rules of metadata (names, uids, generations, finalisers, graceful
/// deletion, conflicts); what an object may contain is the admission's business.
///
/// A follower remembers a version and asks for the changes after it. So a slow follower costs nothing: when the changes
/// it asks for are no longer kept, it has to list again. Used by one thread.
class object_store {
 public:
  struct settings {
    std::function<wall_time()> now;
    /// Fills in defaults and refuses what the kind does not allow; `before` is null at creation.
    std::function<api_result<void>(resource_kind const& kind, json& object, json const* before)> admit{};
    std::uint64_t seed = 1;  ///< of uids and generated names
    std::size_t changes_kept = 16 * 1024;
  };

  explicit object_store(settings s);
  object_store(object_store const&) = delete;
  object_store& operator=(object_store const&) = delete;

  /// Null when there is none.
  object_ptr find(resource_kind const& kind, object_key const& key) const;
  api_result<object_ptr> get(resource_kind const& kind, object_key const& key) const;
  /// In the order of namespaces and names; of all namespaces when none is given.
  std::vector<object_ptr> list(resource_kind const& kind, std::string_view name_space = {}) const;
  std::size_t count(resource_kind const& kind) const;

  /// The name may be left to the store by metadata.generateName.
  api_result<object_ptr> create(resource_kind const& kind, json object);
  /// Replaces the object of that name. With a resourceVersion in it, only if that is still the current one.
  api_result<object_ptr> update(resource_kind const& kind, json object,
                                update_scope scope = update_scope::all_but_status);
  api_result<removal> remove(resource_kind const& kind, object_key const& key, deletion const& how = {});

  std::uint64_t version() const { return version_; }
  /// Oldest first, at most so many. "Expired" when they are not all kept any more.
  api_result<std::vector<object_change>> changes_after(std::uint64_t version, std::size_t most = 1000) const;
  /// `on_change` is called after each write, from inside it: it may take note, not write.
  std::uint64_t subscribe(std::function<void()> on_change);
  void unsubscribe(std::uint64_t subscription);

 private:
  using objects = std::map<object_key, object_ptr>;

  objects const& of(resource_kind const& kind) const;
  api_result<void> name(resource_kind const& kind, json& object);
  api_result<void> check_namespace(resource_kind const& kind, std::string const& name_space) const;
  api_result<void> admit(resource_kind const& kind, json& object, json const* before) const;
  object_ptr put(resource_kind const& kind, json object, object_ptr before);
  object_ptr take_out(resource_kind const& kind, object_key const& key);
  void record(object_change change);
  std::string new_uid();

  settings settings_;
  random_engine random_;
  std::map<resource_kind const*, objects> objects_;
  std::deque<object_change> changes_;
  std::map<std::uint64_t, std::function<void()>> subscribers_;
  std::uint64_t version_ = 0;
  std::uint64_t next_subscription_ = 1;
};

}  // namespace holdfast::cluster
