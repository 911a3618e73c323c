#pragma once

#include "net/task_group.hpp"

namespace holdfast::kit {

using net::task_group;

}  // namespace holdfast::kit
