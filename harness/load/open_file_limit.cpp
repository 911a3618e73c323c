#include "load/open_file_limit.hpp"

#include <cerrno>
#include <string>
#include <system_error>

#include <fmt/format.h>
#include <sys/resource.h>

#include "core/units.hpp"
#include "load/use_of_limit.hpp"

namespace holdfast::load {
namespace {

diagnostics problem(std::uint64_t needed, std::string what, std::string fix) {
  return {{"", 0, "open files", std::to_string(needed), std::move(what), std::move(fix)}};
}

diagnostics refused(std::uint64_t needed, std::string_view call) {
  return problem(needed, fmt::format("{} failed: {}", call, std::generic_category().message(errno)),
                 "Raise the limit before the start with ulimit -n.");
}

/// The smallest limit of which `needed` is no more than nine tenths.
std::uint64_t with_spare(std::uint64_t needed) { return needed / 9 * 10 + (needed % 9 * 10 + 8) / 9; }

}  // namespace

result<std::uint64_t, diagnostics> sufficient_soft_limit(std::uint64_t needed, open_file_limits limits) {
  if (!use_of_limit{needed, limits.soft}.is_nearly_used_up()) return {boost::system::in_place_value, limits.soft};
  if (!use_of_limit{needed, limits.hard}.is_nearly_used_up()) return {boost::system::in_place_value, limits.hard};
  return problem(needed,
                 fmt::format("the load needs {} open files, and the hard limit of {} leaves no tenth of it free",
                             format_count(needed), format_count(limits.hard)),
                 fmt::format("Use fewer connections, or raise the limit: \"ulimit -n {}\" as root, or LimitNOFILE= of "
                             "the service.",
                             with_spare(needed)));
}

result<std::uint64_t, diagnostics> raise_open_file_limit(std::uint64_t needed) {
  rlimit now{};
  if (getrlimit(RLIMIT_NOFILE, &now) != 0) return refused(needed, "getrlimit");
  auto const sufficient = sufficient_soft_limit(needed, {now.rlim_cur, now.rlim_max});
  if (!sufficient || *sufficient == now.rlim_cur) return sufficient;
  rlimit const raised{*sufficient, now.rlim_max};
  if (setrlimit(RLIMIT_NOFILE, &raised) != 0) return refused(needed, "setrlimit");
  return sufficient;
}

}  // namespace holdfast::load
