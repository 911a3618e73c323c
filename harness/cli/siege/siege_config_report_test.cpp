#include "cli/siege/siege_config_report.hpp"

#include <gtest/gtest.h>

namespace holdfast::cli {
namespace {

using namespace std::chrono_literals;

TEST(SiegeConfigReport, ShowsTheShippedSettings) {
  auto settings = shipped_siege_settings(siege_dialect::v4_0);
  EXPECT_EQ(siege_config_report(settings), R"(CURRENT  SIEGE  CONFIGURATION
Mozilla/5.0 (pc-x86_64-linux-gnu) Siege/4.0.7
Edit the resource file to change the settings.
----------------------------------------------
version:                        4.0.7
verbose:                        true
color:                          true
quiet:                          false
debug:                          false
protocol:                       HTTP/1.1
HTML parser:                    enabled
get method:                     HEAD
connection:                     close
concurrent users:               25
time to run:                    n/a
repetitions:                    n/a
socket timeout:                 30
cache enabled:                  false
accept-encoding:                gzip, deflate
delay:                          0.000 sec
internet simulation:            false
benchmark mode:                 false
failures until abort:           1024
named URL:                      none
URLs file:                      /etc/siege/urls.txt
thread limit:                   255
logging:                        false
log file:                       /var/log/siege.log
resource file:                  )"
                                           "\n"
                                           R"(timestamped output:             false
comma separated output:         false
allow redirects:                true
allow zero byte data:           true
allow chunked encoding:         true
upload unique files:            true
json output:                    false
no-follow:
 - ad.doubleclick.net
 - pagead2.googlesyndication.com
 - ads.pubsqrd.com
 - ib.adnxs.com
proxy auth:                     )"
                                           "\n"
                                           R"(www auth:                       )"
                                           "\n");
}

TEST(SiegeConfigReport, ShowsWhatWasSet) {
  auto settings = bare_siege_settings(siege_dialect::v4_1);
  settings.proxy_host = "p";
  settings.time = 2min;
  settings.delay = 1500ms;
  settings.url = "http://u/";
  settings.json_output = true;
  settings.verbose = true;
  settings.logins = {{"a", "b", "any"}, {"c", "d", "r"}};
  auto const text = siege_config_report(settings);
  for (auto const* const part :
       {"version:                        4.1.7\nverbose:                        false\n",
        "quiet:                          true\n",
        "proxy-host:                     p\nproxy-port:                     3128\n",
        "time to run:                    120 seconds\n", "delay:                          1.500 secs\n",
        "named URL:                      http://u/\n",
        "proxy auth:                     \nwww auth:                       credentials:  a:b:any\n",
        "credentials:  a:b:any\ncredentials:  c:d:r\n\n"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << "is not in\n" << text;
  }
}

}  // namespace
}  // namespace holdfast::cli
