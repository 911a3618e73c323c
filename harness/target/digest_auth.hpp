#pragma once

#include "target/answer.hpp"
#include "target/path_kind.hpp"
#include "target/request_scanner.hpp"

namespace holdfast::target {

/// The answer to /digest-auth/user/password: 200 with these credentials, else 401 with a challenge (RFC 7616).
/// `?algorithm=` MD5 (the default), MD5-sess, SHA-256 or SHA-256-sess; `?qop=none` asks in the old way of RFC 2069. The
/// nonce is always the same, so that answers depend on nothing but the request: a client can be checked, nobody is
/// protected.
answer digest_auth_answer(request const& to, path_match const& path);

}  // namespace holdfast::target
