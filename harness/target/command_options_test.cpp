#include "target/command_options.hpp"

#include <gtest/gtest.h>

namespace holdfast::target {
namespace {

using namespace std::chrono_literals;

command_options good(command_texts const& texts) {
  auto const read = read_command_options(texts);
  if (!read) ADD_FAILURE() << to_string(read.error());
  return read ? *read : command_options{};
}

TEST(TargetOptions, HaveDefaults) {
  auto const got = good({});
  ASSERT_EQ(got.server.listen.size(), 1u);
  EXPECT_EQ(to_url(got.server.listen.front(), "http"), "http://127.0.0.1:8080");
  EXPECT_EQ(got.server.answer.body_bytes, 1024u);
  EXPECT_TRUE(got.server.latency.is_immediate());
  EXPECT_FALSE(got.server.tls);
}

TEST(TargetOptions, EachHaveAnEffect) {
  auto const got = good({.listen = {"[::1]:80", "0"},
                         .unix_paths = {"/run/a"},
                         .tls = {"c.pem", "k.pem"},
                         .size = "2KiB",
                         .status = "503",
                         .content_type = "a/b",
                         .chunked = true,
                         .headers = {"X-A:  b "},
                         .latency = {"constant:1ms", "uniform:1ms..2ms"},
                         .freeze = {"every=10s,for=1s"},
                         .misbehave = "reset",
                         .probability = "0.5",
                         .every = "2",
                         .after = "3",
                         .close_after = "4",
                         .refuse = "every=5s,for=1s",
                         .threads = "2",
                         .cpu = "1",
                         .seed = "9",
                         .max_requests = "100",
                         .run_for = "10s",
                         .idle_timeout = "5s",
                         .max_connections = "10",
                         .port_file = "p",
                         .truth = "t"});
  auto const& s = got.server;
  ASSERT_EQ(s.listen.size(), 3u);
  EXPECT_EQ(to_url(s.listen[0], "http"), "http://[::1]:80");
  EXPECT_EQ(s.listen[1].port, 0);
  EXPECT_EQ(s.listen[2].unix_path, "/run/a");
  EXPECT_EQ(s.tls->certificate_file, "c.pem");
  EXPECT_EQ(s.tls->key_file, "k.pem");
  EXPECT_EQ(s.answer.body_bytes, 2048u);
  EXPECT_EQ(s.answer.status, 503);
  EXPECT_EQ(s.answer.content_type, "a/b");
  EXPECT_TRUE(s.answer.chunked);
  EXPECT_EQ(s.answer.headers.front(), (std::pair<std::string, std::string>{"X-A", "b"}));
  EXPECT_EQ(s.latency.laws.size(), 2u);
  EXPECT_EQ(s.latency.freezes.front().first, 10s);
  EXPECT_EQ(s.misbehave.kind, path_kind::reset);
  EXPECT_EQ(s.misbehave.probability, 0.5);
  EXPECT_EQ(s.misbehave.every, 2u);
  EXPECT_EQ(s.misbehave.after, 3u);
  EXPECT_EQ(s.close_after, 4u);
  EXPECT_EQ(s.refuse->length, 1s);
  EXPECT_EQ(s.threads, 2u);
  EXPECT_EQ(s.first_cpu, 1u);
  EXPECT_EQ(s.seed, 9u);
  EXPECT_EQ(s.max_requests, 100u);
  EXPECT_EQ(got.run_for, 10s);
  EXPECT_EQ(s.limits.idle, 5s);
  EXPECT_EQ(s.limits.connections, 10u);
  EXPECT_EQ(got.port_file, "p");
  EXPECT_EQ(got.truth, "t");
}

TEST(TargetOptions, TurnRefusalAfterConnectionsOn) {
  auto const got = good({.misbehave = "refuse", .after = "3"});
  EXPECT_EQ(got.server.refuse_after, 3u);
  EXPECT_FALSE(got.server.misbehave.kind);
}

TEST(TargetOptions, RefuseWhatMakesNoSenseAndShowIt) {
  struct refusal {
    command_texts texts;
    char const* message;
  };
  for (auto const& c : {
           refusal{{.listen = {"host:80"}}, "--listen: the host is not a numeric address (got \"host:80\")"},
           refusal{{.listen = {"127.0.0.1:70000"}}, "(got \"127.0.0.1:70000\")"},
           refusal{{.unix_paths = {std::string(200, 'x')}}, "--unix"},
           refusal{{.tls = {"a", "b"}, .tls_self_signed = true}, "cannot be combined"},
           refusal{{.size = "1XB"}, "--size"},
           refusal{{.status = "100"}, "has to lie between 200 and 599 (got \"100\")"},
           refusal{{.headers = {"no colon"}}, "--header"},
           refusal{{.headers = {"A: b\r\nC: d"}}, "--header"},
           refusal{{.headers = {"Content-Length: 3"}}, "set by the target itself"},
           refusal{{.latency = {"constant:5"}}, "--latency"},
           refusal{{.freeze = {"every=1s"}}, "--freeze"},
           refusal{{.misbehave = "resett"}, "Did you mean \"reset\"?"},
           refusal{{.misbehave = "refuse"}, "needs to know when"},
           refusal{{.misbehave = "reset", .probability = "1.5"}, "between 0 and 1 (got \"1.5\")"},
           refusal{{.every = "2"}, "--misbehave: is missing"},
           refusal{{.misbehave = "reset", .every = "0"}, "--every"},
           refusal{{.refuse = "every=1s,for=2s"}, "--refuse"},
           refusal{{.threads = "0"}, "--threads"},
           refusal{{.run_for = "0"}, "--for"},
           refusal{{.idle_timeout = "0"}, "--idle-timeout"},
       }) {
    SCOPED_TRACE(c.message);
    auto const got = read_command_options(c.texts);
    ASSERT_FALSE(got);
    EXPECT_NE(to_string(got.error()).find(c.message), std::string::npos) << to_string(got.error());
  }
}

TEST(TargetOptions, ReportAllProblemsAtOnce) {
  auto const got = read_command_options({.size = "x", .status = "x", .threads = "x"});
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().size(), 3u);
}

}  // namespace
}  // namespace holdfast::target
