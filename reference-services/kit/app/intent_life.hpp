#pragma once

#include "core/clock.hpp"

namespace holdfast::kit {

class configuration;

/// How long the intent to call another service lives: the longest call that the settings allow, and the commit after
/// it. Who has seen an intent for longer knows that nobody will settle it any more.
nanoseconds intent_life(configuration const& config);

}  // namespace holdfast::kit
