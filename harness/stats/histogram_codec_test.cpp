#include "stats/histogram_codec.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "core/random.hpp"
#include "stats/error.hpp"

namespace holdfast::stats {
namespace {

using namespace std::chrono_literals;

// An interval of the jHiccup log that HdrHistogram ships as test data: 2 digits, from 20,000 to 3.6e12.
constexpr auto* foreign_layout =
    "HISTFAAAAEV42pNpmSzMwMCgyAABTBDKT4GBgdnNYMcCBvsPEBEJISEuATEZMQ4uASkhIR4nrxg9v2lMaxhvMekILGZkKmcCAEf2CsI=";

histogram lognormal_histogram(std::uint64_t seed, int n) {
  random_engine random{seed};
  histogram h;
  for (int i = 0; i < n; ++i) h.record(nanoseconds{static_cast<std::int64_t>(std::exp(14 + 2 * random.normal()))});
  return h;
}

histogram histogram_of(std::initializer_list<nanoseconds> values) {
  histogram h;
  for (auto const v : values) h.record(v);
  return h;
}

struct round_trip_case {
  char const* claim;
  histogram h;
};

TEST(HistogramCodec, BringsBackEveryCount) {
  histogram most;
  most.record_n(1s, histogram::max_count);
  histogram alternating;
  for (int i = 0; i < 100; ++i) alternating.record(i * 1024ns);
  for (auto const& c :
       {round_trip_case{"empty", {}}, round_trip_case{"zero", histogram_of({0ns})},
        round_trip_case{"one value", histogram_of({1234us})}, round_trip_case{"the maximum", histogram_of({1h})},
        round_trip_case{"overflow, as the top bucket", histogram_of({1us, 2h, nanoseconds::max()})},
        round_trip_case{"as many values as there can be", most},
        round_trip_case{"empty buckets one at a time", alternating},
        round_trip_case{"many values", lognormal_histogram(1, 100'000)}}) {
    SCOPED_TRACE(c.claim);
    auto const back = decode_histogram(encode_histogram(c.h));
    ASSERT_TRUE(back) << back.error().message();
    EXPECT_TRUE(back->same_counts(c.h));
    EXPECT_EQ(back->overflow_count(), 0U) << "the format does not carry it";
    if (c.h.empty()) continue;
    EXPECT_LE(back->min(), c.h.min());
    EXPECT_GE(back->max(), std::min<nanoseconds>(c.h.max(), 1h));
    EXPECT_EQ(encode_histogram(*back), encode_histogram(c.h));
  }
}

TEST(HistogramCodec, WritesTheBytesOfTheFormat) {
  auto const payload = encode_payload(histogram_of({600ns, 600ns, 2000ns}));
  std::string const expected{
      "\x1c\x84\x93\x13"
      "\0\0\0\4"
      "\0\0\0\0"
      "\0\0\0\3"
      "\0\0\0\0\0\0\3\xe8"
      "\0\0\3\x46\x30\xb8\xa0\0"
      "\x3f\xf0\0\0\0\0\0\0"
      "\0\4\0\2",  // 0 values below 512 ns, 2 in the second bucket, none in the third, 1 in the fourth
      44};
  EXPECT_EQ(payload, expected);
  EXPECT_EQ(encode_histogram(histogram{}).substr(0, 6), "HISTFA");
}

TEST(HistogramCodec, CountsAForeignLayoutByValue) {
  auto const h = decode_histogram(foreign_layout);
  ASSERT_TRUE(h) << h.error().message();
  EXPECT_EQ(h->count(), 741U);
  EXPECT_NEAR(in_seconds(h->max()), 0.002769, 0.00002) << "the log line says 2.769 ms";
}

struct refusal_case {
  char const* claim;
  std::string payload;
  errc expected;
};

std::string patched(std::size_t at, std::string_view bytes) {
  return encode_payload(histogram_of({600ns, 600ns, 2000ns})).replace(at, bytes.size(), bytes);
}

std::string with_counts(std::string_view counts) {
  auto payload = encode_payload(histogram{}).substr(0, 40);
  payload[7] = static_cast<char>(counts.size());
  return payload.append(counts);
}

TEST(HistogramCodec, RefusesADamagedPayload) {
  using namespace std::string_view_literals;
  auto const full_count = "\xfe\xff\xff\xff\xff\xff\xff\xff\xff"sv;  // 2^63 - 1
  for (auto const& c :
       {refusal_case{"nothing", "", errc::not_a_v2_histogram},
        refusal_case{"an older version", patched(0, "\x1c\x84\x93\x08"sv), errc::not_a_v2_histogram},
        refusal_case{"a header cut short", patched(0, "").substr(0, 39), errc::truncated},
        refusal_case{"a length that is too long", patched(4, "\0\0\0\5"sv), errc::truncated},
        refusal_case{"a length that is too short", patched(4, "\0\0\0\3"sv), errc::truncated},
        refusal_case{"six digits", patched(12, "\0\0\0\6"sv), errc::bad_layout},
        refusal_case{"a negative number of digits", patched(12, "\xff\xff\xff\xff"sv), errc::bad_layout},
        refusal_case{"nothing as lowest value", patched(16, "\0\0\0\0\0\0\0\0"sv), errc::bad_layout},
        refusal_case{"highest below lowest", patched(24, "\0\0\0\0\0\0\0\1"sv), errc::bad_layout},
        refusal_case{"negative highest", patched(24, "\xff\0\0\0\0\0\0\0"sv), errc::bad_layout},
        refusal_case{"a scale", patched(32, "\x40\0\0\0\0\0\0\0"sv), errc::unsupported_histogram},
        refusal_case{"a count cut short", with_counts("\x80"sv), errc::truncated},
        refusal_case{"more empty buckets than there are", with_counts("\xff\xff\x7f\2"sv), errc::bad_counts},
        refusal_case{"2^63 empty buckets", with_counts("\xff\xff\xff\xff\xff\xff\xff\xff\xff"sv), errc::bad_counts},
        refusal_case{"a count behind the last bucket", with_counts("\xff\xff\2\2"sv), errc::bad_counts},
        refusal_case{"more than 2^63-1 values", with_counts(std::string{full_count} + "\2"), errc::count_overflow}}) {
    SCOPED_TRACE(c.claim);
    auto const h = decode_payload(c.payload);
    ASSERT_FALSE(h);
    EXPECT_EQ(h.error(), make_error_code(c.expected)) << h.error().message();
  }
  EXPECT_EQ(decode_payload(with_counts(full_count))->count(), histogram::max_count);
}

TEST(HistogramCodec, RefusesDamagedCompression) {
  auto const good = compress_payload(encode_payload(histogram_of({1ms})));
  EXPECT_TRUE(decompress_payload(good));
  EXPECT_EQ(decompress_payload("").error(), make_error_code(errc::truncated));
  EXPECT_EQ(decompress_payload("HISTFAAA").error(), make_error_code(errc::not_a_v2_histogram));
  EXPECT_EQ(decompress_payload(good + "x").error(), make_error_code(errc::truncated));
  EXPECT_EQ(decompress_payload(good.substr(0, good.size() - 1)).error(), make_error_code(errc::truncated));
  auto half = good.substr(0, good.size() - 8);
  half[7] = static_cast<char>(half.size() - 8);
  EXPECT_EQ(decompress_payload(half).error(), make_error_code(errc::bad_compression));
  auto flipped = good;
  flipped[20] = static_cast<char>(flipped[20] ^ 0x55);
  EXPECT_FALSE(decompress_payload(flipped));
}

TEST(HistogramCodec, ABombCostsBoundedMemory) {
  auto const bomb = compress_payload(std::string(8 << 20, '\0'));
  EXPECT_LT(bomb.size(), 10'000U);
  EXPECT_EQ(decompress_payload(bomb).error(), make_error_code(errc::too_large));
}

TEST(HistogramCodec, NeverMisreadsRandomDamage) {
  auto const seeds = {encode_payload(lognormal_histogram(2, 2'000)), encode_payload(histogram_of({2h})),
                      *decompress_payload(compress_payload(encode_payload(histogram{})))};
  random_engine random{20240607};
  int read = 0;
  for (int round = 0; round < 2'000; ++round) {
    auto bytes = *(seeds.begin() + static_cast<std::ptrdiff_t>(random.below(seeds.size())));
    for (auto edits = random.below(4) + 1; edits > 0; --edits) {
      bytes[random.below(bytes.size())] = static_cast<char>(random.below(256));
    }
    if (random.below(8) == 0) bytes.resize(random.below(bytes.size()));
    auto const h = decode_payload(bytes);
    if (!h) continue;
    ++read;
    ASSERT_LE(h->count(), histogram::max_count);
    std::uint64_t counted = 0;
    h->for_each_bucket([&](auto const& b) { counted += b.count; });
    ASSERT_EQ(counted, h->count());
    ASSERT_TRUE(decode_payload(encode_payload(*h))->same_counts(*h));
  }
  EXPECT_GT(read, 20) << "the damage should leave some of them readable";
}

TEST(HistogramCodec, NeverCrashesOnDamagedText) {
  auto const good = encode_histogram(lognormal_histogram(3, 500));
  random_engine random{99};
  for (int round = 0; round < 5'000; ++round) {
    auto text = good;
    text[random.below(text.size())] = static_cast<char>(random.below(256));
    if (random.below(4) == 0) text.resize(random.below(text.size()));
    auto const h = decode_histogram(text);
    if (h) {
      ASSERT_LE(h->count(), histogram::max_count);
    }
  }
}

}  // namespace
}  // namespace holdfast::stats
