#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>

namespace holdfast::cluster {

/// Links at mountPaths, where there are no mount namespaces: several pods that mount one claim share one. A link is
/// removed with the last pod that uses it. Links that were on the machine before are nobody's.
class volume_links {
 public:
  /// It was made for that pod.
  void made(std::filesystem::path const& link, std::string const& pod);
  /// The pod found it there, and where it needs it.
  void found(std::filesystem::path const& link, std::string const& pod);
  /// The pod has ended.
  void release(std::string const& pod);

 private:
  std::map<std::filesystem::path, std::set<std::string>> users_;  ///< uids of pods
};

}  // namespace holdfast::cluster
