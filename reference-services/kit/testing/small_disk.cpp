#include "kit/testing/small_disk.hpp"

#include <cerrno>
#include <cstring>
#include <vector>

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

namespace holdfast::kit {

small_disk::small_disk(std::string folder, std::uint64_t bytes) : folder_{std::move(folder)} {
  auto const size = "size=" + std::to_string(bytes);
  bool const is_private = unshare(CLONE_NEWNS) == 0 && mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
  if (is_private && mount("tmpfs", folder_.c_str(), "tmpfs", 0, size.c_str()) == 0) return;
  problem_ = std::string{"mounting a tmpfs is not permitted here: "} + std::strerror(errno);
}

small_disk::~small_disk() {
  if (!problem_) umount2(folder_.c_str(), MNT_DETACH);
}

void small_disk::fill() {
  auto const file = open((folder_ + "/ballast").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0) return;  // not even a name is left
  for (std::size_t const size : {1'048'576U, 4096U}) {
    std::vector<char> const block(size, 'x');
    while (write(file, block.data(), size) > 0) {
    }
  }
  close(file);
}

void small_disk::free() { unlink((folder_ + "/ballast").c_str()); }

}  // namespace holdfast::kit
