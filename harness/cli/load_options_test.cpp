#include "cli/load_options.hpp"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

namespace holdfast::cli {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

using words = std::vector<std::string>;

class LoadOptions : public testing::Test {
 protected:
  LoadOptions() {
    auto pattern = (std::filesystem::temp_directory_path() / "holdfast_load_options_XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  ~LoadOptions() override { std::filesystem::remove_all(folder_); }

  std::string file(std::string const& name, std::string const& content) const {
    auto const path = (folder_ / name).string();
    std::ofstream{path, std::ios::binary} << content;
    return path;
  }

  std::filesystem::path folder_;
};

/// Options of a load on http://host/path, with more of them.
load_options options(words more) {
  more.insert(more.begin(), "http://host:8080/path");
  auto const texts = read_load_command_line(more);
  EXPECT_TRUE(texts) << to_string(texts.error());
  auto read = read_load_options(*texts, {});
  EXPECT_TRUE(read) << to_string(read.error());
  return read ? *std::move(read) : load_options{};
}

std::string problems(words const& given) {
  auto const texts = read_load_command_line(given);
  if (!texts) return to_string(texts.error());
  auto const read = read_load_options(*texts, {});
  return read ? "no problem" : to_string(read.error());
}

std::string problems_with(words more) {
  more.insert(more.begin(), "http://host:8080/path");
  return problems(more);
}

load::closed_loop_plan const& closed(load_options const& from) {
  return std::get<load::closed_loop_plan>(from.settings.arrivals);
}
load::open_loop const& open(load_options const& from) { return std::get<load::open_loop>(from.settings.arrivals); }
std::string const& bytes(load_options const& from) { return from.request->bytes; }

TEST_F(LoadOptions, AreAClosedLoopOfTenSecondsWhenNothingIsSaid) {
  auto const plain = options({});
  EXPECT_EQ(closed(plain).users, 10U);
  EXPECT_EQ(closed(plain).duration, 10s);
  EXPECT_THAT(bytes(plain), StartsWith("GET /path HTTP/1.1\r\nHost: host:8080\r\n"));
  EXPECT_FALSE(plain.request->close_after);
  EXPECT_EQ(plain.request->redirects, 0U);
  EXPECT_EQ(plain.probe, load::target_probe::connect);
  EXPECT_EQ(plain.format, result_format::text);
  EXPECT_EQ(plain.output, talk::all);
  EXPECT_THAT(plain.targets, testing::ElementsAre("http://host:8080/path"));
  ASSERT_EQ(plain.settings.origins.size(), 1U);
  EXPECT_EQ(plain.settings.origins[0].port, 8080);
  EXPECT_TRUE(plain.make_script);
}

TEST_F(LoadOptions, ShapeTheClosedLoop) {
  auto const loop =
      options({"-c", "64", "-n", "1000", "--iterations", "7", "--think", "200ms", "-d", "1m", "--ramp", "5s"});
  EXPECT_EQ(closed(loop).users, 64U);
  EXPECT_EQ(closed(loop).requests, 1000U);
  EXPECT_EQ(closed(loop).iterations_per_user, 7U);
  EXPECT_EQ(closed(loop).think, load::think_law{load::constant_think{200ms}});
  EXPECT_EQ(closed(loop).duration, 60s);
  EXPECT_EQ(closed(loop).ramp, 5s);
  EXPECT_EQ(closed(options({"--stages", "10s:5,10s:5..50"})).stages.size(), 2U);
}

TEST_F(LoadOptions, ShapeTheOpenLoop) {
  auto const loop = options({"--rate", "500/s", "-d", "20s", "-c", "32", "--queue", "9"});
  EXPECT_DOUBLE_EQ(open(loop).schedule.expected_total(), 10'000);
  EXPECT_EQ(open(loop).users, 32U);
  EXPECT_EQ(open(loop).queue_length, 9U);
  EXPECT_EQ(open(options({"--rate", "500/s"})).users, 1000U);
  EXPECT_DOUBLE_EQ(open(options({"--spike", "100/s,1000/s,2s,1s", "-d", "10s"})).schedule.expected_total(), 1900);
  EXPECT_DOUBLE_EQ(open(options({"--stages", "10s:100/s"})).schedule.expected_total(), 1000);
  EXPECT_DOUBLE_EQ(open(options({"--rate", "100/s", "-d", "10s", "--ramp", "10s"})).schedule.expected_total(), 500);
}

TEST_F(LoadOptions, ReplayRecordedOffsets) {
  auto const recording = file("starts.txt", "0\n0.5\n2\n");
  EXPECT_EQ(open(options({"--replay", recording})).schedule.length(), 2s);
  EXPECT_EQ(open(options({"--replay", recording, "--replay-speed", "2"})).schedule.length(), 1s);
}

TEST_F(LoadOptions, SeedThePoissonArrivals) {
  auto const first = [](words const& more) { return *open(options(more)).schedule.limited_to(1).next(); };
  EXPECT_EQ(first({"--rate", "5/s", "--poisson", "--seed", "1"}), first({"--rate", "5/s", "--poisson"}));
  EXPECT_NE(first({"--rate", "5/s", "--poisson", "--seed", "2"}), first({"--rate", "5/s", "--poisson"}));
  EXPECT_EQ(options({"--seed", "42"}).settings.seed, 42U);
}

TEST_F(LoadOptions, ChangeTheRequest) {
  EXPECT_THAT(bytes(options({"-m", "DELETE"})), StartsWith("DELETE /path HTTP/1.1\r\n"));
  EXPECT_THAT(bytes(options({"-H", "X-Trace: 7", "-H", "Accept: text/plain"})),
              AllOf(HasSubstr("\r\nX-Trace: 7\r\n"), HasSubstr("\r\nAccept: text/plain\r\n"), Not(HasSubstr("*/*"))));
  EXPECT_TRUE(options({"-m", "HEAD"}).request->is_head);
  EXPECT_EQ(options({"--max-redirects", "5"}).request->redirects, 5U);
  auto const closing = options({"--no-keepalive"});
  EXPECT_TRUE(closing.request->close_after);
  EXPECT_THAT(bytes(closing), HasSubstr("Connection: close\r\n"));
}

TEST_F(LoadOptions, SendABodyByPost) {
  auto const posted = options({"--data", "a=1&b=2"});
  EXPECT_THAT(bytes(posted),
              AllOf(StartsWith("POST "), HasSubstr("Content-Length: 7\r\n"),
                    HasSubstr("Content-Type: application/x-www-form-urlencoded\r\n"), EndsWith("\r\n\r\na=1&b=2")));
  EXPECT_THAT(bytes(options({"--data", "x", "-m", "PUT"})), StartsWith("PUT "));
  EXPECT_THAT(bytes(options({"--data", "x", "-H", "content-type: text/csv"})),
              AllOf(HasSubstr("content-type: text/csv"), Not(HasSubstr("urlencoded"))));
  EXPECT_THAT(bytes(options({"--data", "@" + file("body", "line\n\0end")})), EndsWith("\r\n\r\nline\n"));
}

TEST_F(LoadOptions, SendAJsonBody) {
  EXPECT_THAT(bytes(options({"--json-body", "[1,2]"})),
              AllOf(StartsWith("POST "), HasSubstr("Content-Type: application/json\r\n"), EndsWith("\r\n\r\n[1,2]")));
  EXPECT_THAT(bytes(options({"--json-body", "@" + file("b.json", "{\"a\": 1}")})), EndsWith("{\"a\": 1}"));
}

TEST_F(LoadOptions, LogIn) {
  EXPECT_THAT(bytes(options({"--user", "user:pass"})), HasSubstr("Authorization: Basic dXNlcjpwYXNz\r\n"));
  auto const texts = read_load_command_line(words{"http://user:pass@host/"});
  auto const read = read_load_options(*texts, {});
  ASSERT_TRUE(read);
  EXPECT_THAT(bytes(*read), HasSubstr("Authorization: Basic dXNlcjpwYXNz\r\n"));
  EXPECT_THAT(read->targets, testing::ElementsAre("http://host/"));
}

TEST_F(LoadOptions, SetLimitsThreadsAndTls) {
  auto const read = options(
      {"--timeout", "3s", "--connect-timeout", "2s", "--drain", "0s", "--threads", "2", "-k", "--pipeline", "8"});
  EXPECT_EQ(read.settings.limits.response, 3s);
  EXPECT_EQ(read.settings.limits.connect, 2s);
  EXPECT_EQ(read.settings.limits.drain, 0s);
  EXPECT_EQ(read.settings.threads, 2U);
  EXPECT_EQ(read.settings.pipeline, 8U);
  EXPECT_EQ(options({}).settings.pipeline, 1U);
  EXPECT_EQ(read.settings.tls.verify, net::peer_verification::off);
}

TEST_F(LoadOptions, SayWhatIsPrintedAndWhere) {
  auto const read = options({"--json", "--out", "runs/one", "--quiet", "--no-probe", "--strict"});
  EXPECT_EQ(read.format, result_format::json);
  EXPECT_EQ(read.out, "runs/one");
  EXPECT_EQ(read.output, talk::errors_only);
  EXPECT_EQ(read.probe, load::target_probe::skip);
  EXPECT_EQ(read.strictness, report::strictness::requests);
  EXPECT_EQ(options({"--no-progress"}).output, talk::no_progress);
}

struct bad_case {
  char const* claim;
  words given;
  char const* field;
  char const* value;
};

TEST_F(LoadOptions, ShowFieldAndValueOfEveryProblem) {
  for (auto const& c : {
           bad_case{"no unit", {"-d", "10"}, "-d: ", "10"},
           bad_case{"zero rate", {"--rate", "0/s"}, "--rate: ", "0/s"},
           bad_case{"bad rate", {"--rate", "fast"}, "--rate: ", "fast"},
           bad_case{"zero users", {"-c", "0"}, "-c: ", "0"},
           bad_case{"zero users of an open loop", {"-c", "0", "--rate", "5/s"}, "-c: ", "0"},
           bad_case{"no number of requests", {"-n", "many"}, "-n: ", "many"},
           bad_case{"zero timeout", {"--timeout", "0s"}, "--timeout: ", "0s"},
           bad_case{"bad connect timeout", {"--connect-timeout", "1"}, "--connect-timeout: ", "1"},
           bad_case{"bad drain", {"--drain", "-1s"}, "--drain: ", "-1s"},
           bad_case{"no threads", {"--threads", "0"}, "--threads: ", "0"},
           bad_case{"too many threads", {"--threads", "5000"}, "--threads: ", "5000"},
           bad_case{"no pipeline", {"--pipeline", "0"}, "--pipeline: ", "0"},
           bad_case{"too deep a pipeline", {"--pipeline", "5000"}, "--pipeline: ", "5000"},
           bad_case{"a pipeline of one request", {"--pipeline", "8", "--no-keepalive"}, "--pipeline: ", "8"},
           bad_case{"bad seed", {"--seed", "x"}, "--seed: ", "x"},
           bad_case{"bad method", {"-m", "GE T"}, "-m: ", "GE T"},
           bad_case{"header without colon", {"-H", "nothing"}, "-H: ", "nothing"},
           bad_case{"header with a line break", {"-H", "A: b\r\nC: d"}, "-H: ", "A: b??C: d"},
           bad_case{"header of the body", {"-H", "Content-Length: 5"}, "-H: ", "Content-Length: 5"},
           bad_case{"missing body file", {"--data", "@/nowhere"}, "--data: ", "/nowhere"},
           bad_case{"bad JSON", {"--json-body", "{\"a\": }"}, "--json-body", "{\"a\": }"},
           bad_case{"login without colon", {"--user", "me"}, "--user: ", "me"},
           bad_case{"bad redirects", {"--max-redirects", "-1"}, "--max-redirects: ", "-1"},
           bad_case{"too many redirects", {"--max-redirects", "500"}, "--max-redirects: ", "500"},
           bad_case{"missing authorities", {"--cacert", "/nowhere"}, "--cacert", "/nowhere"},
           bad_case{"missing certificate", {"--cert", "/nowhere"}, "--cert", "/nowhere"},
           bad_case{"key alone", {"--key", "/nowhere"}, "--key: ", "/nowhere"},
           bad_case{"missing recording", {"--replay", "/nowhere"}, "/nowhere", "/nowhere"},
           bad_case{"missing scenario", {"--scenario", "/nowhere"}, "--scenario: ", "/nowhere"},
           bad_case{"queue of a closed loop", {"--queue", "5"}, "--queue: ", "5"},
           bad_case{"two bodies", {"--data", "x", "--json-body", "1"}, "--json-body: ", "1"},
           bad_case{"bad stages", {"--stages", "10s"}, "--stages[0]: ", "10s"},
           bad_case{"bad spike", {"--spike", "1/s"}, "--spike: ", "1/s"},
           bad_case{"bad think", {"--think", "5"}, "--think: ", "5"},
           bad_case{"two URLs", {"http://other/"}, "URL: ", "http://other/"},
       }) {
    SCOPED_TRACE(c.claim);
    auto const text = problems_with(c.given);
    EXPECT_THAT(text, AllOf(HasSubstr(c.field), HasSubstr(c.value), HasSubstr("\n")));
    EXPECT_THAT(text, Not(HasSubstr("no problem")));
  }
}

TEST_F(LoadOptions, NeedATarget) {
  EXPECT_THAT(problems({}), HasSubstr("URL: nothing says where the load goes."));
  EXPECT_THAT(problems({"http://"}), AllOf(HasSubstr("URL: "), HasSubstr("http://")));
  EXPECT_THAT(problems({"ftp://host/"}), AllOf(HasSubstr("URL: "), HasSubstr("ftp://host/")));
}

TEST_F(LoadOptions, NeverShowAPassword) {
  EXPECT_THAT(problems({"http://a:secret@host/", "--user", "b:hidden"}),
              AllOf(Not(HasSubstr("secret")), Not(HasSubstr("hidden")), HasSubstr("--user")));
}

TEST_F(LoadOptions, TellAllProblemsAtOnce) {
  EXPECT_THAT(problems({"-d", "10", "--timeout", "0s", "-m", "", "--seed", "x", "--out", ""}),
              AllOf(HasSubstr("URL"), HasSubstr("-d: "), HasSubstr("--timeout"), HasSubstr("-m: "), HasSubstr("--seed"),
                    HasSubstr("--out")));
}

TEST_F(LoadOptions, TellWhatIsWrongBesideABadShape) {
  auto const text = problems_with({"--rate", "x", "-c", "0", "--queue", "y", "-d", "10s", "--ramp", "99s", "-n", "z"});
  for (auto const* const part : {"-n: ", "--rate: ", "--ramp: ", "-c: must be above zero", "--queue: "}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
  auto const closed = problems_with({"-n", "z", "-c", "0", "--queue", "5"});
  EXPECT_THAT(closed, HasSubstr("--queue: cannot be combined with a closed loop"));
  EXPECT_EQ(closed.find("-c: "), closed.rfind("-c: ")) << closed;
}

TEST_F(LoadOptions, NameTheSourceOfBadTlsFilesAndEachProblemOnce) {
  auto const text = problems_with({"--cert", "/nonexist", "--cacert", "/nowhere"});
  EXPECT_THAT(text, HasSubstr("command line: --cacert: this file cannot be read"));
  EXPECT_THAT(text, HasSubstr("command line: --cert: this file cannot be read"));
  EXPECT_EQ(text.find("--cert: "), text.rfind("--cert: ")) << text;
}

TEST_F(LoadOptions, TellTheLineOfABadJsonFile) {
  auto const path = file("bad.json", "{\n  \"a\": 1,\n  \"b\" 2\n}\n");
  EXPECT_THAT(problems_with({"--json-body", "@" + path}), StartsWith(path + ":3: --json-body"));
}

TEST_F(LoadOptions, RefuseRequestOptionsBesideAScenario) {
  auto const text = problems_with({"--scenario", file("s.json", "{}"), "-m", "PUT", "-H", "A: b", "--data", "x",
                                   "--max-redirects", "3", "--no-keepalive", "--user", "me:secret"});
  for (auto const* const option : {"-m", "-H", "--data", "--max-redirects", "--no-keepalive", "--user"}) {
    EXPECT_THAT(text, HasSubstr(std::string{"command line: "} + option + ": cannot be combined with --scenario"));
  }
  EXPECT_THAT(text, Not(HasSubstr("secret")));
}

}  // namespace
}  // namespace holdfast::cli
