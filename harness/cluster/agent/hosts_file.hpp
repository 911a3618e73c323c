#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "cluster/objects/object_meta.hpp"
#include "cluster/store/object_store.hpp"

namespace holdfast::cluster {

/// What a pod's /etc/hosts says: its own name, and each Service with an address by the names that a cluster's DNS has
/// for it: "book", "book.shop", "book.shop.svc", "book.shop.svc.cluster.local"; the short one for those of its own
/// namespace. Older Services come first, so that a new one changes the end of the text only.
std::string hosts_text(json const& pod, std::string const& address, std::span<object_ptr const> services);

/// Makes the file say that, in place, as it is mounted in containers. With one write: a program that looks up a name at
/// the same time finds what was there before and is still there.
/// @error  a sentence with the path
result<void, std::string> write_hosts_file(std::filesystem::path const& path, std::string const& text);

}  // namespace holdfast::cluster
