#pragma once

#include "cluster/controllers/controller.hpp"

namespace holdfast::cluster {

/// Makes the namespace "default" and every namespace's ServiceAccount "default"; empties a namespace that is being
/// deleted and lets it go when nothing is left in it.
class namespace_controller final : public keyed_controller {
 public:
  explicit namespace_controller(controller_context const& context);
  void note(cached_change const& change) override;
  void note_all() override;

 private:
  void sync(object_key const& key, time_point now) override;
  void give_account(std::string const& name_space);
  bool is_emptied(std::string const& name_space);
  void let_go(json const& name_space, time_point now);
};

}  // namespace holdfast::cluster
