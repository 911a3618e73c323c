#include "experiment/profile_reader.hpp"

#include <gtest/gtest.h>

#include "cluster/objects/object_meta.hpp"
#include "experiment/profile_system.hpp"
#include "experiment/profile_test_support.hpp"

namespace holdfast::experiment {
namespace {

using std::chrono::seconds;

/// A profile with these further members, a line each.
std::string profile_with(std::string_view more, std::string_view load = R"({"url": "http://order:8080/orders"})") {
  return "{\"title\": \"t\", \"system\": \"shop\",\n" + std::string{more} + (more.empty() ? "" : ",\n") +
         "\"load\": " + std::string{load} + "}";
}

profile read_good(std::string_view text, profile_overrides const& overrides = {}) {
  auto made =
      read_profile(text, "p.json", shop_sources({{"s.json", R"({"mix": [{"get": "http://book:8080/"}]})"}}), overrides);
  EXPECT_TRUE(made) << text << "\n" << to_string(made.error());
  return made ? *std::move(made) : profile{};
}

/// Everything that is said about it.
std::string problems_with(std::string_view text, profile_overrides const& overrides = {}) {
  auto const made = read_profile(text, "p.json", shop_sources(), overrides);
  return made ? std::string{} : to_string(made.error());
}

TEST(ProfileReader, ReadsTheSmallestProfile) {
  auto const made = read_good(profile_with(""));
  ASSERT_EQ(made.arms.size(), 1U);
  EXPECT_EQ(made.arms[0].name, "main");
  EXPECT_EQ(made.arms[0].manifests->objects.size(), 6U);
  ASSERT_EQ(made.phases.size(), 1U);
  EXPECT_EQ(made.phases[0].duration, seconds{10});
  EXPECT_EQ(std::get<engine_load>(made.load).settings.origins.at(0).host, "order");
}

TEST(ProfileReader, AppliesWhatAnArmChanges) {
  auto const made = read_good(profile_with(R"("arms": [ {"name": "a", "patches": [
    {"kind": "Deployment", "name": "book", "json_patch": [{"op": "remove", "path": "/spec/template/spec/containers/0/readinessProbe"}]},
    {"kind": "Deployment", "name": "order", "strategic_patch": {"spec": {"replicas": 3}}},
    {"kind": "HorizontalPodAutoscaler", "name": "order", "remove": true},
    {"kind": "ConfigMap", "name": "orderst", "merge_patch": {"data": {"status": "Sold"}}} ],
   "environment": {"*": {"LOG": true, "N": 2.50}, "book": {"PORT": null}}, "defects": ["BS-01", "G-03"]} ])"));
  auto const& set = *made.arms.at(0).manifests;
  system_names const names{set};
  EXPECT_EQ(names.find(cluster::kinds::horizontal_pod_autoscaler, "order"), nullptr);
  EXPECT_EQ(names.find(cluster::kinds::config_map, "orderst")->object["data"]["status"], "Sold");
  EXPECT_EQ(names.find(cluster::kinds::deployment, "order")->object["spec"]["replicas"], 3);
  auto const& book =
      names.find(cluster::kinds::deployment, "book")->object["spec"]["template"]["spec"]["containers"][0];
  EXPECT_FALSE(book.contains("readinessProbe"));
  EXPECT_EQ(book["env"].dump(),
            R"([{"name":"LOG","value":"true"},{"name":"N","value":"2.50"},{"name":"DEFECTS","value":"BS-01,G-03"}])");
  EXPECT_EQ(made.arms[0].changes.size(), 4U);
  EXPECT_EQ(made.arms[0].environment.at("book").at("PORT"), std::nullopt);
  EXPECT_EQ(made.manifests->objects.size(), 6U) << "the system itself stays as it is";
}

TEST(ProfileReader, ReadsTheEnginesVocabulary) {
  auto const open =
      read_good(profile_with("", R"({"scenario": "s.json", "rate": "100/s", "duration": "20s", "poisson": true,
      "users": 50, "queue": 7, "timeout": "2s", "connect_timeout": "1s", "drain": "3s", "threads": 2})"));
  auto const& settings = std::get<engine_load>(open.load).settings;
  auto const& loop = std::get<load::open_loop>(settings.arrivals);
  EXPECT_EQ(loop.users, 50U);
  EXPECT_EQ(loop.queue_length, 7U);
  EXPECT_EQ(loop.schedule.length(), seconds{20});
  EXPECT_EQ(settings.limits.response, seconds{2});
  EXPECT_EQ(settings.limits.drain, seconds{3});
  EXPECT_EQ(settings.threads, 2U);
  auto const closed = read_good(profile_with("", R"({"url": "http://order:8080/orders", "method": "POST",
      "json": {"qty": 1}, "stages": ["10s:5", "20s:5..50"], "think": "100ms..300ms"})"));
  auto const& users = std::get<engine_load>(closed.load);
  EXPECT_EQ(std::get<load::closed_loop_plan>(users.settings.arrivals).stages.size(), 2U);
  EXPECT_NE(users.script.what->mix.at(0).steps.at(0).fixed_bytes.find("POST /orders HTTP/1.1"), std::string::npos);
  auto const siege = read_good(profile_with("", R"({"siege": "$ siege -c20 -t30S 'http://order:8080/orders'"})"));
  EXPECT_EQ(std::get<siege_load>(siege.load).words,
            (std::vector<std::string>{"-c20", "-t30S", "http://order:8080/orders"}));
  EXPECT_EQ(length_of(siege.load), seconds{30});
}

TEST(ProfileReader, ThePhasesAreTheLoadsLength) {
  auto const made = read_good(profile_with(
      R"("phases": [{"name": "a", "duration": "5s", "measured": false}, {"name": "b", "duration": "15s"}])"));
  EXPECT_EQ(length_of(made.load), seconds{20});
  EXPECT_EQ(made.phases.at(1).begin, seconds{5});
  EXPECT_FALSE(made.phases[0].is_measured);
}

TEST(ProfileReader, ReadsEveryKindOfAction) {
  auto const made = read_good(profile_with(R"("actions": [
    {"at": "1s", "rollout": {"deployment": "book", "image": "bookshop/book:v4"}},
    {"at": "1s", "rollout": {"deployment": "book", "restart": true}},
    {"phase": "measurement", "after": "2s", "scale": {"deployment": "book", "replicas": 0}},
    {"at": "1s", "kill": {"labels": {"app": "order"}, "count": "all", "signal": "TERM"}},
    {"at": "1s", "for": "2s", "pause": {"deployment": "order"}},
    {"at": "1s", "continue": {"deployment": "order"}},
    {"at": "1s", "delete": {"kind": "ConfigMap", "name": "orderst"}},
    {"at": "1s", "delete": {"deployment": "order", "pick": "newest", "count": 2}},
    {"at": "1s", "create": {"object": {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x"}}}},
    {"at": "1s", "patch": {"kind": "Service", "name": "book", "merge_patch": {"metadata": {"labels": {"a": "b"}}}}},
    {"name": "slow", "at": "1s", "until": "action/run done",
     "fault": {"kind": "latency", "service": "book", "port": 8080, "delay": "100ms", "direction": "both"}},
    {"when": "fault/slow confirmed", "within": "5s", "run": {"command": ["./look", "now"], "timeout": "2s"}} ],
   "phases": [{"name": "measurement", "duration": "10s"}])"));
  std::vector<std::string> names;
  for (auto const& each : made.actions) names.push_back(each.name);
  EXPECT_EQ(names, (std::vector<std::string>{"rollout-book", "rollout-book-2", "scale-book", "kill-pods", "pause-order",
                                             "continue-order", "delete-orderst", "delete-order", "create", "patch-book",
                                             "slow", "run"}));
  EXPECT_EQ(std::get<rollout_action>(made.actions[0].kind).container, "book");
  EXPECT_EQ(std::get<at_time>(made.actions[2].trigger).at, seconds{2});
  auto const& kill = std::get<kill_action>(made.actions[3].kind);
  EXPECT_EQ(kill.signal, 15);
  EXPECT_EQ(kill.pods.count, std::nullopt);
  EXPECT_EQ(std::get<pod_choice>(std::get<delete_action>(made.actions[7].kind).what).order, pod_order::newest);
  auto const& fault = std::get<fault_action>(made.actions[10].kind);
  EXPECT_EQ(fault.port, "http");
  EXPECT_EQ(fault.request.direction, cluster::path_direction::both);
  EXPECT_EQ(std::get<on_condition>(made.actions[11].trigger).within, seconds{5});
}

struct wrong_profile {
  char const* claim;
  std::string text;
  std::string_view expected;  ///< part of what is said
};

TEST(ProfileReader, RefusesWhatTheSystemHasNot) {
  auto const action = [](std::string_view what) {
    return profile_with("\"actions\": [\n{\"at\": \"1s\", " + std::string{what} + "}]");
  };
  for (auto const& c : {
           wrong_profile{"an unknown Deployment", action(R"("scale": {"deployment": "bok", "replicas": 2})"),
                         "p.json:3: actions[0].scale.deployment: the system has no such Deployment (got \"bok\").\n"
                         "Did you mean \"book\"?"},
           wrong_profile{"an unknown Service", profile_with("", R"({"url": "http://ordre:8080/"})"),
                         "load.url: the system has no Service of that name (got \"ordre\").\nDid you mean \"order\"?"},
           wrong_profile{"an unknown port", profile_with("", R"({"url": "http://order/"})"),
                         "load.url: Service order has no such port (got \"order:80\").\nIt has 8080 (http)."},
           wrong_profile{"an unknown port of a fault",
                         action(R"("fault": {"kind": "refuse", "service": "book", "port": "grpc"})"),
                         "actions[0].fault.port: the Service has no such port (got \"grpc\")"},
           wrong_profile{"an unknown object", action(R"("delete": {"kind": "ConfigMap", "name": "orders"})"),
                         "the system has no such ConfigMap (got \"orders\").\nDid you mean \"orderst\"?"},
           wrong_profile{"an unknown kind", action(R"("delete": {"kind": "Deploymnt", "name": "x"})"),
                         "Did you mean \"Deployment\"?"},
           wrong_profile{"an unknown container",
                         action(R"("rollout": {"deployment": "book", "image": "a:b", "container": "x"})"),
                         "the Deployment has no such container"},
           wrong_profile{"labels of nobody", action(R"("kill": {"labels": {"app": "x"}})"),
                         "no Deployment of the system has pods with these labels"},
           wrong_profile{"an unknown metric", profile_with(R"("checks": ["availabilty > 9%"])"),
                         "checks[0]: there is no metric \"availabilty\" (got \"availabilty > 9%\").\nDid you mean "
                         "\"availability\"?"},
           wrong_profile{"an unknown arm", profile_with(R"("checks": ["arms.x.availability > 9%"])"),
                         "there is no arm \"x\""},
           wrong_profile{"another unit", profile_with(R"("checks": ["latency.p99 < 250"])"),
                         "latency.p99 is a duration, the limit a number"},
           wrong_profile{"an unknown scope", profile_with(R"("checks": ["availability > 9% during x"])"),
                         "there is no phase or action \"x\""},
           wrong_profile{"a metric of nobody", profile_with(R"("checks": ["rollout.bok.duration < 9s"])"),
                         "there is no Deployment \"bok\""},
           wrong_profile{"an autoscaler's metric of nobody", profile_with(R"("checks": ["autoscale.x.overshoot < 9"])"),
                         "there is no HorizontalPodAutoscaler \"x\""},
           wrong_profile{"a metric of no action", profile_with(R"("checks": ["recovery.x.time_to_restore < 9s"])"),
                         "there is no action \"x\" (got \"recovery.x.time_to_restore < 9s\").\nThere is none."},
           wrong_profile{"a metric of no outcome", profile_with(R"("checks": ["failures.http5xx = 0"])"),
                         "there is no outcome \"http5xx\" (got \"failures.http5xx = 0\").\nDid you mean \"http_5xx\"?"},
           wrong_profile{"a condition about nobody",
                         action(R"("when": "deployment/bok complete", "create": {"file": "x"})"),
                         "\"at\" stands there as well"},
           wrong_profile{
               "a deployment waited for in vain",
               profile_with(R"("actions": [{"when": "deployment/bok complete", "kill": {"deployment": "book"}}])"),
               "actions[0].when: there is no Deployment \"bok\""},
       }) {
    SCOPED_TRACE(c.claim);
    auto const said = problems_with(c.text);
    EXPECT_NE(said.find(c.expected), std::string::npos) << said;
  }
}

TEST(ProfileReader, RefusesWhatIsWrittenWrong) {
  for (
      auto const& c : {
          wrong_profile{"an unknown key", profile_with("\"chekcs\": []"),
                        "p.json:2: chekcs: no such key here (got \"[]\").\nDid you mean \"checks\"?"},
          wrong_profile{"a wrong type", profile_with("\"arms\": 3"), "arms: must be an array, not a number"},
          wrong_profile{"no title", R"({"system": "shop", "load": {"url": "http://order:8080/"}})", "title: missing"},
          wrong_profile{"nothing at all", "{}", "load: missing"},
          wrong_profile{"an empty file", "", "p.json:1"},
          wrong_profile{"no JSON", "title: x", "p.json:1"},
          wrong_profile{"huge nesting", std::string(100'000, '['), "p.json:1"},
          wrong_profile{"two arms of a name", profile_with(R"("arms": [{"name": "a"}, {"name": "a"}])"),
                        "arms[1].name: another arm has that name"},
          wrong_profile{"two phases of a name",
                        profile_with(R"("phases": [{"name": "a", "duration": "1s"}, {"name": "a", "duration": "1s"}])"),
                        "phases[1].name: another phase has that name"},
          wrong_profile{"two actions of a name", profile_with(R"("actions": [
               {"name": "a", "at": "1s", "kill": {"deployment": "book"}}, {"name": "a", "at": "1s", "kill": {"deployment": "book"}}])"),
                        "actions[1].name: another action has that name"},
          wrong_profile{"two equal checks", profile_with(R"("checks": ["availability > 9%", "availability > 9%"])"),
                        "checks[1]: another check is called"},
          wrong_profile{"a name that is none", profile_with(R"("arms": [{"name": "A b"}])"),
                        "arms[0].name: is not a name"},
          wrong_profile{"a negative time",
                        profile_with(R"("actions": [{"at": "-1s", "kill": {"deployment": "book"}}])"),
                        "actions[0].at: "},
          wrong_profile{"a time without a unit",
                        profile_with(R"("actions": [{"at": "5", "kill": {"deployment": "book"}}])"),
                        "actions[0].at: a duration needs a unit"},
          wrong_profile{"an action after the end",
                        profile_with(R"("actions": [{"at": "10s", "kill": {"deployment": "book"}}])"),
                        "actions[0].at: 10.0 s is after the end of the load, which lasts 10.0 s"},
          wrong_profile{
              "a repetition after the end",
              profile_with(R"("actions": [{"at": "1s", "times": 5, "every": "3s", "kill": {"deployment": "book"}}])"),
              "13.0 s is after the end"},
          wrong_profile{"a fault that outlasts the load", profile_with(R"("actions": [
               {"at": "5s", "for": "6s", "fault": {"kind": "refuse", "service": "book"}}])"),
                        "actions[0].for: it would last until 11.0 s"},
          wrong_profile{"an end of what has none",
                        profile_with(R"("actions": [{"at": "5s", "for": "1s", "kill": {"deployment": "book"}}])"),
                        "only a fault or a pause has an end"},
          wrong_profile{"an unknown phase",
                        profile_with(R"("actions": [{"phase": "x", "kill": {"deployment": "book"}}])"),
                        "there is no such phase"},
          wrong_profile{"an unknown fault",
                        profile_with(R"("actions": [{"at": "1s", "fault": {"kind": "latensy", "service": "book"}}])"),
                        "Did you mean \"latency\"?"},
          wrong_profile{
              "an unknown parameter",
              profile_with(
                  R"("actions": [{"at": "1s", "fault": {"kind": "latency", "service": "book", "dely": "1s"}}])"),
              "dely"},
          wrong_profile{"no kind of action", profile_with(R"("actions": [{"at": "1s"}])"),
                        "actions[0]: needs one of rollout, scale"},
          wrong_profile{
              "two kinds of action",
              profile_with(
                  R"("actions": [{"at": "1s", "kill": {"deployment": "book"}, "scale": {"deployment": "book", "replicas": 1}}])"),
              "\"scale\" stands there as well"},
          wrong_profile{"a patch that does not fit", profile_with(R"("arms": [{"name": "a", "patches": [
               {"kind": "Deployment", "name": "book", "json_patch": [{"op": "remove", "path": "/spec/nothing"}]}]}])"),
                        "arms[0].patches[0].json_patch: does not fit Deployment book"},
          wrong_profile{"a patch that breaks an object", profile_with(R"("arms": [{"name": "a", "patches": [
               {"kind": "Deployment", "name": "book", "merge_patch": {"spec": {"replicas": -1}}}]}])"),
                        "arms[0]: with its changes Deployment/book: spec.replicas"},
          wrong_profile{"a patch that leaves no containers",
                        profile_with(R"("arms": [{"name": "a", "environment": {"book": {"A": "b"}},
               "patches": [{"kind": "Deployment", "name": "book", "merge_patch": {"spec": 3}}]}])"),
                        "Deployment/book"},
          wrong_profile{"all arms controls", profile_with(R"("arms": [{"name": "a", "control": true}])"),
                        "all arms are controls"},
          wrong_profile{"a load that is too long for its phases",
                        profile_with(R"("phases": [{"name": "a", "duration": "5s"}])",
                                     R"({"url": "http://order:8080/", "duration": "6s"})"),
                        "phases: the phases last 5.00 s, the load 6.00 s"},
          wrong_profile{"options that do not go together",
                        profile_with("", R"({"url": "http://order:8080/", "rate": "5/s", "think": "1s"})"),
                        "load.think: cannot be combined with an open loop"},
          wrong_profile{"a rate of nothing", profile_with("", R"({"url": "http://order:8080/", "rate": "0/s"})"),
                        "load.rate: must be above zero (got \"0/s\")"},
          wrong_profile{"a load of nothing", profile_with("", "{}"), "load: nothing says what is asked for"},
          wrong_profile{"two loads", profile_with("", R"({"url": "http://order:8080/", "scenario": {"mix": []}})"),
                        "load.scenario: no such key here"},
          wrong_profile{"a scenario's problem in its place",
                        profile_with("", "{\"scenario\": {\n\"mix\": [{\"get\": 3}]}}"),
                        "p.json:3: load.scenario.mix[0].get"},
          wrong_profile{"a header's problem in its place",
                        profile_with("", R"({"url": "http://order:8080/", "headers": 3})"),
                        "load.headers: must be an object"},
          wrong_profile{"a file that is not there", profile_with("", R"({"scenario": "x.json"})"),
                        "\"x.json\" cannot be opened"},
          wrong_profile{"a siege line that is none", profile_with("", R"({"siege": "siege 'x"})"),
                        "a single quote is not closed"},
          wrong_profile{"a siege line without a target", profile_with("", R"({"siege": "siege"})"),
                        "nothing to besiege"},
          wrong_profile{"too small a budget", profile_with(R"("budget": "15s", "repeat": 2)"),
                        "budget: 2 times a load of 10.0 s take longer"},
          wrong_profile{"invariants of a system without", profile_with(R"("invariants": true)"),
                        "the system has no invariants"},
          wrong_profile{"a scale beyond bounds", profile_with(R"("cluster": {"time_scale": 0})"),
                        "cluster.time_scale: is not between"},
          wrong_profile{"a wrong observer",
                        profile_with(R"("observers": [{"scrape": {"deployment": "book", "port": "x"}}])"),
                        "observers[0].scrape.port: the Deployment has no such port"},
      }) {
    SCOPED_TRACE(c.claim);
    auto const said = problems_with(c.text);
    EXPECT_NE(said.find(c.expected), std::string::npos) << said;
  }
}

TEST(ProfileReader, ShowsAllProblemsAtOnce) {
  auto const said = problems_with(profile_with(R"("arms": [{"name": "A"}],
"actions": [{"at": "1", "kill": {"deployment": "bok"}}],
"checks": ["x > 1"], "nonsense": 1)",
                                               R"({"url": "http://nobody:8080/", "users": -1})"));
  for (auto const* const part : {"p.json:2: arms[0].name", "p.json:3: actions[0].at", "actions[0].kill.deployment",
                                 "p.json:4: checks[0]", "nonsense", "load.url", "load.users"}) {
    EXPECT_NE(said.find(part), std::string::npos) << part << " in\n" << said;
  }
}

TEST(ProfileReader, TakesWhatTheCommandLineSaysInstead) {
  auto const text = profile_with(R"("arms": [{"name": "a"}, {"name": "b"}],
"actions": [{"at": "1s", "kill": {"deployment": "book"}}])");
  auto const made =
      read_good(text, {.set = {{"load.users", "20"}, {"actions[0].at", "2s"}, {"cluster.time_scale", "5"}},
                       .arms = {"b"},
                       .seed = 9,
                       .repeat = 3});
  EXPECT_EQ(std::get<load::closed_loop_plan>(std::get<engine_load>(made.load).settings.arrivals).users, 20U);
  EXPECT_EQ(std::get<at_time>(made.actions.at(0).trigger).at, seconds{2});
  EXPECT_EQ(made.cluster.time_scale, 5);
  ASSERT_EQ(made.arms.size(), 1U);
  EXPECT_EQ(made.arms[0].name, "b");
  EXPECT_EQ(made.seed, 9U);
  EXPECT_EQ(made.repeat, 3U);
  EXPECT_NE(problems_with(text, {.set = {{"load.user", "20"}}}).find("Did you mean \"users\"?"), std::string::npos);
  EXPECT_NE(problems_with(text, {.set = {{"actions[1].at", "2s"}}}).find("--set: there is no element 1"),
            std::string::npos);
  EXPECT_NE(problems_with(text, {.set = {{"..x", "2s"}}}).find("is not a path"), std::string::npos);
  EXPECT_NE(problems_with(text, {.set = {{"title.x", "2s"}}}).find("is a string, not an object"), std::string::npos);
  EXPECT_NE(problems_with(text, {.arms = {"c"}}).find("--arm: p.json has no such arm (got \"c\")"), std::string::npos);
}

TEST(SuiteReader, ReadsProfilesWithTheirOverrides) {
  auto const made = read_suite(R"({"title": "s", "profiles": ["a.json",
    {"profile": "b.json", "arms": ["x"], "repeat": 2, "seed": 3, "set": {"load.users": 5, "title": "t"}}]})",
                               "s.json");
  ASSERT_TRUE(made) << to_string(made.error());
  EXPECT_EQ(made->entries.at(0).profile, "a.json");
  EXPECT_EQ(made->entries.at(1).overrides.set,
            (std::vector<std::pair<std::string, std::string>>{{"load.users", "5"}, {"title", "\"t\""}}));
  EXPECT_EQ(made->entries[1].line, 2U);
  EXPECT_TRUE(is_suite(R"({"profiles": []})"));
  EXPECT_FALSE(is_suite(profile_with("")));
  EXPECT_FALSE(is_suite("["));
  auto const wrong = read_suite(R"({"profiles": [], "titel": "x"})", "s.json");
  ASSERT_FALSE(wrong);
  EXPECT_NE(to_string(wrong.error()).find("Did you mean \"title\"?"), std::string::npos);
  EXPECT_NE(to_string(wrong.error()).find("an empty suite does nothing"), std::string::npos);
}

}  // namespace
}  // namespace holdfast::experiment
