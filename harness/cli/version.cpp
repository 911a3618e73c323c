#include "cli/version.hpp"

namespace holdfast::cli {

report::tool_version version() { return {.version = HOLDFAST_VERSION, .commit = HOLDFAST_COMMIT}; }

}  // namespace holdfast::cli
