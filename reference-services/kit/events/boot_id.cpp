#include "kit/events/boot_id.hpp"

#include <fstream>

namespace holdfast::kit {

std::string const& boot_id() {
  static std::string const id = [] {
    std::ifstream file{"/proc/sys/kernel/random/boot_id"};
    std::string read;
    std::getline(file, read);
    return read;
  }();
  return id;
}

}  // namespace holdfast::kit
