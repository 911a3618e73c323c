// The program: its command line, its log and its end.
#include <csignal>
#include <vector>

#include <gtest/gtest.h>
#include <sys/resource.h>

#include "gateway/gateway_test_support.hpp"
#include "gateway/settings.hpp"
#include "kit/client/scripted_server.hpp"
#include "kit/testing/service_process.hpp"
#include "kit/testing/temporary_folder.hpp"

namespace holdfast::gateway {
namespace {

constexpr auto program = HOLDFAST_GATEWAY_PROGRAM;

TEST(GatewayProgram, HelpNamesEverySetting) {
  kit::temporary_folder const folder;
  kit::service_process asked{program, {}, folder.path(), {"--help"}};
  EXPECT_EQ(asked.wait(), 0);
  auto const text = asked.output();
  for (auto const& key : setting_keys()) EXPECT_NE(text.find(key.name), std::string::npos) << key.name;
}

TEST(GatewayProgram, WrongSettingsAreRefusedTogether) {
  kit::temporary_folder const folder;
  kit::service_process wrong{program, {{"ROUTES", "/a=ftp://b"}, {"STALL_TIMEOUT_MS", "soon"}}, folder.path()};
  EXPECT_EQ(wrong.wait(), 2);
  auto const text = wrong.errors();
  for (auto const* const part : {"ROUTES", "ftp://b", "STALL_TIMEOUT_MS", "soon"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << " in\n" << text;
  }
}

TEST(GatewayProgram, AnAddressThatIsTakenIsTold) {
  kit::temporary_folder const folder;
  raw_backend const other{[](raw_connection&) {}};
  kit::service_process second{program, {{"PORT", std::to_string(other.port())}}, folder.path()};
  EXPECT_EQ(second.wait(), 3);
  EXPECT_NE(second.errors().find("cannot listen on 127.0.0.1:" + std::to_string(other.port())), std::string::npos);
}

TEST(GatewayProgram, ALowSoftLimitOfOpenFilesKeepsNobodyOut) {
  kit::temporary_folder const folder;
  rlimit own{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &own), 0);
  rlimit const low{.rlim_cur = 64, .rlim_max = own.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &low), 0);
  kit::service_process process{program, {}, folder.path()};
  auto const port = process.port();
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &own), 0);
  std::vector<raw_connection> clients;
  for (int i = 0; i < 100; ++i) {
    clients.push_back(raw_connection::to(port));
    clients.back().send(get("/actuator/health"));
    ASSERT_EQ(read_answer(clients.back()).status, 200U) << i << " others are connected";
  }
}

TEST(GatewayProgram, LogsEachRequestAndDrainsOnTheSignal) {
  kit::temporary_folder const folder;
  kit::scripted_server backend{[](kit::scripted_exchange& of) { of.answer(200, "hello"); }};
  kit::service_process process{
      program, {{"ROUTES", "/orders/**=" + backend.url()}, {"INSTANCE", "gw-7"}}, folder.path()};
  auto const port = process.port();
  ASSERT_NE(port, 0);
  EXPECT_EQ(ask(port, get("/orders/1?secret=x", "X-Correlation-Id: c-1\r\n")).body, "hello");
  EXPECT_EQ(ask(port, get("/nothing")).status, 404U);
  process.send_signal(SIGTERM);
  EXPECT_EQ(process.wait(), 0);
  auto const lines = process.events("request");
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0].at("path"), "/orders/1");
  EXPECT_EQ(lines[0].at("route"), "/orders/**");
  EXPECT_EQ(lines[0].at("status"), 200);
  EXPECT_EQ(lines[0].at("bytes"), 5);
  EXPECT_EQ(lines[0].at("correlation"), "c-1");
  EXPECT_EQ(lines[0].at("instance"), "gw-7");
  EXPECT_EQ(lines[0].at("backend"), "127.0.0.1:" + std::to_string(backend.port()));
  EXPECT_EQ(lines[1].at("status"), 404);
  EXPECT_EQ(process.events("stopped").size(), 1U);
}

}  // namespace
}  // namespace holdfast::gateway
