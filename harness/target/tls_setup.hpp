#pragma once

#include <memory>
#include <vector>

#include "core/diagnostic.hpp"
#include "core/result.hpp"
#include "net/tls_context.hpp"
#include "target/server_options.hpp"

namespace holdfast::target {

/// A context for each thread of a server; null ones when it speaks plain HTTP.
/// @error  files that cannot be used
result<std::vector<std::unique_ptr<net::tls_context>>, diagnostics> make_tls_contexts(server_options const& options);

}  // namespace holdfast::target
