#include "gateway/settings.hpp"

#include <algorithm>
#include <array>

#include "kit/app/process_facts.hpp"

namespace holdfast::gateway {
namespace {

constexpr std::string_view book_shop =
    "/books/**=http://book:8080,/chkAndModifyStock/**=http://book:8080,/orders/**=http://order:8080,"
    "/deliveries/**=http://delivery:8080,/reviews/**=http://review:8080,/mypages/**=http://mypage:8080,"
    "/myPages/**=http://mypage:8080/mypages";

std::vector<kit::config_key> own_keys() {
  using k = kit::key_kind;
  return {
      {.name = "PORT", .default_value = "8088", .kind = k::port, .meaning = "Port to listen on; 0 takes any free one."},
      {.name = "ROUTES",
       .default_value = std::string{book_shop},
       .kind = k::text,
       .meaning =
           "Pattern=address, separated by commas. \"/**\" at the end of a pattern covers everything below; a path "
           "behind the address takes the pattern's place."},
      {.name = "CONNECT_TIMEOUT_MS",
       .default_value = "1000",
       .kind = k::milliseconds,
       .meaning = "Longest time to find and reach a backend; beyond: 504.",
       .least = 1},
      {.name = "ANSWER_TIMEOUT_MS",
       .default_value = "60000",
       .kind = k::milliseconds,
       .meaning = "Longest wait for the head of a backend's answer; beyond: 504.",
       .least = 1},
      {.name = "STALL_TIMEOUT_MS",
       .default_value = "30000",
       .kind = k::milliseconds,
       .meaning = "Longest time without progress while a body moves; then the connection is cut.",
       .least = 1},
      {.name = "LEAST_BODY_RATE",
       .default_value = "500",
       .kind = k::count,
       .meaning = "Bytes a second that a client's body brings at least, on average and beyond the first "
                  "STALL_TIMEOUT_MS of waiting; below: 408. 0: any."},
      {.name = "HOST_FIELD",
       .default_value = "client",
       .kind = k::word,
       .meaning = "Whose name the backend sees in Host and builds its links from: what the client asked for, or the "
                  "backend's own.",
       .words = {"client", "backend"},
       .original_default = "backend"},
  };
}

constexpr std::array<std::string_view, 14> of_the_kit{
    "BIND_ADDR",       "PORT_FILE",        "INSTANCE",        "VERSION",          "MODE",
    "TIME_SCALE",      "STARTUP_DELAY_MS", "MAX_CONNECTIONS", "MAX_HEADER_BYTES", "HEADER_TIMEOUT_MS",
    "IDLE_TIMEOUT_MS", "DRAIN_DELAY_MS",   "DRAIN_GRACE_MS",  "LOG_LEVEL"};

}  // namespace

std::vector<kit::config_key> setting_keys() {
  auto keys = own_keys();
  for (auto& key : kit::common_keys()) {
    if (std::ranges::find(of_the_kit, key.name) != of_the_kit.end()) keys.push_back(std::move(key));
  }
  return keys;
}

result<settings, diagnostics> read_settings(kit::configuration::environment const& given) {
  auto const keys = setting_keys();
  auto const read = kit::configuration::read(keys, given);
  auto const routes_text = given("ROUTES").value_or(std::string{book_shop});
  auto routes = route_table::parse(routes_text, "ROUTES");
  if (!read || !routes) {
    auto problems = read ? diagnostics{} : read.error();
    auto const of_routes = routes ? diagnostics{} : routes.error();
    problems.insert(problems.end(), of_routes.begin(), of_routes.end());
    return problems;
  }
  auto const& from = *read;
  auto const size = [&](std::string_view name) { return static_cast<std::size_t>(from.number(name)); };
  auto const instance = from.text("INSTANCE");
  return settings{.routes = std::move(*routes),
                  .address = from.text("BIND_ADDR"),
                  .port = static_cast<std::uint16_t>(from.number("PORT")),
                  .port_file = from.text("PORT_FILE"),
                  .instance = instance.empty() ? kit::default_instance_name() : instance,
                  .version = from.text("VERSION"),
                  .is_original = from.is_original(),
                  .names_backend = from.text("HOST_FIELD") == "backend",
                  .logs_events = from.text("LOG_LEVEL") != "off",
                  .logs_requests = from.text("LOG_LEVEL") == "info",
                  .connections = size("MAX_CONNECTIONS"),
                  .header_bytes = size("MAX_HEADER_BYTES"),
                  .least_body_rate = static_cast<std::uint64_t>(from.number("LEAST_BODY_RATE")),
                  .header_time = from.duration("HEADER_TIMEOUT_MS"),
                  .idle_time = from.duration("IDLE_TIMEOUT_MS"),
                  .connect_time = from.duration("CONNECT_TIMEOUT_MS"),
                  .answer_time = from.duration("ANSWER_TIMEOUT_MS"),
                  .stall_time = from.duration("STALL_TIMEOUT_MS"),
                  .startup_delay = from.duration("STARTUP_DELAY_MS"),
                  .drain_delay = from.duration("DRAIN_DELAY_MS"),
                  .drain_grace = from.duration("DRAIN_GRACE_MS")};
}

}  // namespace holdfast::gateway
