#pragma once

#include <cstdint>
#include <string>

namespace holdfast::cluster {

enum class mount_action : std::uint8_t {
  keep_apart,    ///< no mount made from here on is seen outside
  empty_folder,  ///< an empty file system in memory over the folder `to`
  make_folder,   ///< the folder `to`; one that is there is kept
  make_file,     ///< an empty file `to`; one that is there is kept
  make_link,     ///< a symbolic link at `to` that says `from`
  show,          ///< the folder or file `from`, and all that is mounted below it, at `to`
  protect,       ///< what is mounted at `to` cannot be written
  change_root,   ///< the folder `to` becomes "/"
};

/// One step of what a process sees as its files: carried out in a mount namespace of its own, so that nothing changes
/// outside of it.
struct mount_step {
  mount_action action = mount_action::keep_apart;
  std::string from{};
  std::string to{};
  friend bool operator==(mount_step const&, mount_step const&) = default;
};

}  // namespace holdfast::cluster
