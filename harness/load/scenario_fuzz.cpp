// Any text as a scenario: it is refused with a message, or its users can run. What they send is a whole HTTP request,
// whatever the answers bring.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <variant>

#include "load/scenario.hpp"
#include "load/scenario_script.hpp"

namespace {

using namespace holdfast;
using namespace holdfast::load;

void require(bool holds) {
  if (!holds) std::abort();
}

result<std::string, file_problem> load_nothing_but(std::string_view name) {
  if (name == "u.csv") return result<std::string, file_problem>{"name,mail\nann,a@x\n\"b\r\nob\",\n"};
  return file_problem{name, "is not there"};
}

// Each line of the head is ended once, and none of them is empty or holds a stray line break.
void check_request(std::string_view bytes) {
  auto const head_end = bytes.find("\r\n\r\n");
  require(head_end != std::string_view::npos);
  auto head = bytes.substr(0, head_end);
  require(head.find(" HTTP/1.") == head.find("\r\n") - 9);
  for (std::size_t i = 0; i < head.size(); ++i) {
    if (head[i] == '\r') require(i + 1 < head.size() && head[i + 1] == '\n');
    if (head[i] == '\n') require(i > 0 && head[i - 1] == '\r');
    require(head[i] != '\0');
  }
}

// Answers in turn: with the input itself as a body, with redirects, with failures.
judgement answer_with(user_script& script, unsigned turn, std::string_view input) {
  static header_field const fields[] = {{"Location", "/next?a=b"}, {"Set-Cookie", "id=1; Path=/"}, {"X", "y"}};
  constexpr std::uint16_t codes[] = {200, 302, 201, 503, 307, 404};
  return script.on_answer({.status = codes[turn % 6], .body_bytes = input.size(), .headers = fields, .body = input},
                          {});
}

void run(std::shared_ptr<scenario const> what, std::string_view input) {
  origin_table origins;
  auto const scripts = make_scenario_scripts(std::move(what), 1, {});
  auto const script = scripts({.origins = origins}, 0);
  for (unsigned turn = 0; turn < 40; ++turn) {
    auto const move = script->next({});
    if (std::holds_alternative<retired>(move)) return;
    auto const* const sent = std::get_if<attempt>(&move);
    if (sent == nullptr) continue;
    check_request(sent->bytes);
    if (turn % 11 == 10) {
      script->on_failure(outcome::reset, {}, {});
    } else {
      (void)answer_with(*script, turn, input);
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  std::string_view const text{static_cast<char const*>(static_cast<void const*>(data)), size};
  auto made = read_scenario(text, "s.json", load_nothing_but);
  if (!made) {
    require(!made.error().empty());
    for (auto const& d : made.error()) require(!d.problem.empty());
    return 0;
  }
  run(std::make_shared<scenario const>(std::move(*made)), text);
  return 0;
}
