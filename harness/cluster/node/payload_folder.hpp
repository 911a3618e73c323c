#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"

namespace holdfast::cluster {

/// A file of a ConfigMap, Secret, downward API or projected volume.
struct payload_file {
  std::string content;
  std::uint32_t mode = 0644;
  friend bool operator==(payload_file const&, payload_file const&) = default;
};

/// Path inside of the volume ("app.properties", "tls/key") -> file.
using payload = std::map<std::string, payload_file>;

/// An item of a volume: which key becomes which file.
struct volume_item {
  std::string key;
  std::string path;
  std::optional<std::uint32_t> mode{};
};

enum class missing_keys { are_errors, are_left_out };

/// The files of a volume made from a ConfigMap's or Secret's data: all keys, or the items.
/// The error is the kubelet's: "references non-existent config key: nokey".
/// @param what  whose key it is, in the error: "config" or "secret"
result<payload, std::string> project(std::map<std::string, std::string, std::less<>> const& data,
                                     std::span<volume_item const> items, std::uint32_t default_mode,
                                     missing_keys missing, std::string_view what = "config");

enum class payload_change { none, written };

/// Makes a folder hold exactly these files, all at once for a reader: as the kubelet, the files are in a folder
/// "..<number>" that the link "..data" names, and each name in the volume is a link into ..data. A change writes a new
/// folder and swaps the link. The error is a sentence with the path.
result<payload_change, std::string> write_payload(std::filesystem::path const& folder, payload const& files);

}  // namespace holdfast::cluster
