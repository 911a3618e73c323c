#include "cli/siege/siege_settings.hpp"

#include <chrono>

#include <fmt/format.h>

#include "cli/siege/siege_transaction_line.hpp"

namespace holdfast::cli {

std::string_view siege_version(siege_dialect dialect) { return dialect == siege_dialect::v4_0 ? "4.0.7" : "4.1.7"; }

std::string siege_user_agent(siege_dialect dialect) {
  return fmt::format("Mozilla/5.0 (pc-x86_64-linux-gnu) Siege/{}", siege_version(dialect));
}

siege_settings bare_siege_settings(siege_dialect dialect) {
  siege_settings settings;
  settings.dialect = dialect;
  settings.user_agent = siege_user_agent(dialect);
  return settings;
}

siege_settings shipped_siege_settings(siege_dialect dialect) {
  auto settings = bare_siege_settings(dialect);
  settings.verbose = true;
  settings.show_logfile = true;
  settings.gmethod = siege_method::head;
  settings.parser = true;
  settings.nofollow = {"ad.doubleclick.net", "pagead2.googlesyndication.com", "ads.pubsqrd.com", "ib.adnxs.com"};
  settings.concurrent = 25;
  settings.protocol = siege_protocol::http_1_1;
  settings.chunked = true;
  settings.accept_encoding = "gzip, deflate";
  return settings;
}

std::string settle(siege_settings& settings) {
  std::string warning;
  if (settings.look != siege_look::none) {
    settings.concurrent = 1;
    settings.reps = 1;
    settings.once = false;
    settings.time.reset();
    settings.benchmark = true;
    settings.logging = false;
    settings.protocol = siege_protocol::http_1_0;
    settings.keep_alive = false;
  }
  if (settings.time && (settings.reps || settings.once)) {
    warning = siege_error_line("CONFIG conflict: both a time and a number of repetitions are set", settings.color) +
              fmt::format("defaulting to time-based testing: {} seconds\n",
                          std::chrono::duration_cast<std::chrono::seconds>(*settings.time).count());
    settings.reps.reset();
    settings.once = false;
  }
  if (settings.benchmark) settings.delay = {};
  return warning;
}

}  // namespace holdfast::cli
