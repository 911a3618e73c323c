#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include <sys/resource.h>
#include <sys/types.h>

#include "cluster/node/child_start.hpp"

namespace holdfast::cluster {

/// What the child does between clone and execve, as plain memory that the parent prepared: the child shares it, and may
/// neither allocate nor lock.
struct child_plan {
  struct mount {
    mount_action action;
    char const* from;
    char const* to;
  };
  struct limit {
    int resource;
    rlimit value;
  };
  std::span<char const* const> candidates;  ///< tried in turn, as execvp does
  char* const* arguments = nullptr;
  char* const* environment = nullptr;
  char const* working_directory = nullptr;
  std::span<int const> cgroups;
  std::span<limit const> limits;
  std::span<mount const> mounts;
  char const* user_map = nullptr;  ///< for uid_map; null: no user namespace
  char const* group_map = nullptr;
  int input = -1;
  int output = -1;
  int error_output = -1;
  std::span<int const> handed_over;
  pid_t parent = 0;  ///< 0: it may outlive us
  // What the child leaves for the parent.
  start_step step = start_step::preparation;
  int error = 0;  ///< errno; 0: the program runs
};

/// The child's main function; `plan` is a child_plan*.
int run_child(void* plan);

}  // namespace holdfast::cluster
