#pragma once

#include <compare>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "cluster/controllers/controller.hpp"

namespace holdfast::cluster {

/// Deletes objects whose owners are gone, as ownerReferences say. Background: the owner goes first, then what it owned.
/// Foreground (finaliser foregroundDeletion): the owner waits until all that it owned and that blocks it is gone.
/// Orphan (finaliser orphan): references to the owner are taken out first, then it goes.
class garbage_collector final : public controller {
 public:
  explicit garbage_collector(controller_context const& context) : context_{context} {}
  void note(cached_change const& change) override;
  void note_all() override;
  bool sync_next(time_point now) override;
  std::optional<time_point> next_due() const override { return std::nullopt; }

 private:
  /// An object of any kind.
  struct place {
    resource_kind const* kind = nullptr;
    object_key key;
    friend auto operator<=>(place const&, place const&) = default;
  };
  /// What stands in the ownerReferences of an object, sorted out.
  struct owners {
    bool has_present = false;            ///< somebody who stays
    std::vector<std::string> waiting{};  ///< who wait for this object to go
    std::vector<std::string> gone{};
  };

  void enter(place const& where, json const& object);
  void leave(place const& where, json const& object);
  void mark_dependents(std::string const& uid);
  void mark_waiting_owners(json const& object);
  void look_at(place const& where, time_point now);
  owners sorted_owners(json const& object) const;
  void collect(place const& where, json const& object, time_point now);
  void forget_owners(place const& where, std::vector<std::string> const& uids);
  void delete_dependents_of(place const& where, json const& owner);
  void orphan_dependents_of(place const& where, json const& owner);
  bool is_present(std::string const& uid, object_ptr& owner) const;
  bool has_dependents(std::string const& uid) const { return dependents_.contains(uid); }

  controller_context context_;
  std::unordered_map<std::string, place> places_;                // of all objects, by uid
  std::unordered_map<std::string, std::set<place>> dependents_;  // by the owner's uid
  std::set<place> marked_;
};

}  // namespace holdfast::cluster
