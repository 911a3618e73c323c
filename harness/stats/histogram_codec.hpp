#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "stats/histogram.hpp"

namespace holdfast::stats {

/// The standard compressed encoding of HdrHistogram, version 2, in Base64: what stands in a histogram log. Any
/// HdrHistogram tool reads it. The overflow count and the exact minimum, maximum and sum are not part of the format:
/// read back, overflow is in the top bucket, and the figures are as near as the buckets tell.
std::string encode_histogram(histogram const& h);

/// Reads any V2 histogram of whole numbers. One of our layout comes back bucket by bucket; of another one the values
/// are re-counted in ours (see histogram::add).
/// @error  errc: not_base64, not_a_v2_histogram, truncated, bad_compression, too_large, unsupported_histogram,
///         bad_layout, bad_counts, count_overflow. Memory is bounded whatever the input says.
result<histogram> decode_histogram(std::string_view base64);

/// The largest uncompressed histogram that is read. A full one of our layout has at most 216 KiB.
inline constexpr std::size_t max_payload_bytes = 4 << 20;

/// The steps of the encoding, bytes to bytes: the V2 payload, and zlib around it with a header.
std::string encode_payload(histogram const& h);
result<histogram> decode_payload(std::string_view bytes);
std::string compress_payload(std::string_view payload);
result<std::string> decompress_payload(std::string_view bytes);

}  // namespace holdfast::stats
