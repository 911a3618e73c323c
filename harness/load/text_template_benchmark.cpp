#include <array>
#include <string>

#include <benchmark/benchmark.h>

#include "load/text_template.hpp"

namespace holdfast::load {
namespace {

void render_repeatedly(benchmark::State& state, std::string_view text) {
  static constexpr std::array<variable_name, 2> names{{{"id", 0}, {"name", 1}}};
  static constexpr std::array<std::string_view, 2> values{"4711", "Ann"};
  auto const what = *text_template::compile(text, {.variables = names, .encoding = value_encoding::target});
  random_engine random{1};
  std::string out;
  std::uint64_t seq = 0;
  for (auto _ : state) {
    out.clear();
    what.render({.variables = values, .random = random, .seq = ++seq}, out);
    benchmark::DoNotOptimize(out.data());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(out.size()));
}

constexpr std::string_view head_start =
    "GET /items/4711?size=10 HTTP/1.1\r\nHost: shop.example:8080\r\nAccept: */*\r\n\r\n";
constexpr std::string_view with_variables =
    "GET /items/{{id}}?seq={{seq}} HTTP/1.1\r\nHost: shop.example:8080\r\nX-User: {{name}}\r\n\r\n";

BENCHMARK_CAPTURE(render_repeatedly, static_text, head_start);
BENCHMARK_CAPTURE(render_repeatedly, variables_and_seq, with_variables);
BENCHMARK_CAPTURE(render_repeatedly, uuid, "{{uuid}}");
BENCHMARK_CAPTURE(render_repeatedly, random_number, "{{random 1 1000000}}");
BENCHMARK_CAPTURE(render_repeatedly, random_string, "{{random_string 16}}");

}  // namespace
}  // namespace holdfast::load
