#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

#include "core/result.hpp"

namespace holdfast::cluster {

/// Why there is no folder: a sentence with the path or name. Not a plain text, which could be taken for a path.
class volume_error {
 public:
  volume_error() = default;  // result<> asks for it
  static volume_error saying(std::string message) { return volume_error{std::move(message)}; }
  std::string const& message() const { return message_; }

 private:
  explicit volume_error(std::string message) : message_{std::move(message)} {}
  std::string message_;
};

/// Folders behind volumes. Names come from manifests that were checked; one that could lead elsewhere is refused all
/// the same.
class volume_folders {
 public:
  /// @param pods    goes with the run: each pod's folder
  /// @param claims  may outlive it: the data of PersistentVolumeClaims
  volume_folders(std::filesystem::path pods, std::filesystem::path claims)
      : pods_{std::move(pods)}, claims_{std::move(claims)} {}

  /// For an emptyDir, and for what write_payload fills: made when it is not there.
  result<std::filesystem::path, volume_error> of_pod(std::string_view pod_uid, std::string_view volume) const;
  /// For plan_mounts, a folder a container.
  result<std::filesystem::path, volume_error> staging(std::string_view pod_uid, std::string_view container) const;
  /// For a PersistentVolumeClaim: shared by all pods that mount it.
  result<std::filesystem::path, volume_error> of_claim(std::string_view in_namespace, std::string_view claim) const;

  /// What the pod had goes. Its containers have ended.
  result<void, volume_error> remove_pod(std::string_view pod_uid) const;
  /// The claim was deleted: its data goes.
  result<void, volume_error> remove_claim(std::string_view in_namespace, std::string_view claim) const;

 private:
  std::filesystem::path pods_;
  std::filesystem::path claims_;
};

/// A volume's folder with the subPath of a mount; it is made when it is not there. The error is the kubelet's when the
/// path leads out of the volume.
result<std::filesystem::path, volume_error> with_sub_path(std::filesystem::path const& volume,
                                                          std::string const& sub_path);

}  // namespace holdfast::cluster
