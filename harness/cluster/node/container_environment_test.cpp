#include "cluster/node/container_environment.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cluster/node/service_variables.hpp"
#include "cluster/node/variable_expansion.hpp"

namespace holdfast::cluster {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

struct expansion_case {
  char const* text;
  char const* expected;
};

TEST(VariableExpansion, IsThatOfKubernetes) {
  string_map const variables{
      {"VAR_A", "A"}, {"VAR_B", "B"}, {"VAR_C", "C"}, {"VAR_REF", "$(VAR_A)"}, {"VAR_EMPTY", ""}};
  auto const lookup = [&](std::string_view name) -> std::optional<std::string> {
    auto const found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional{found->second};
  };
  // The cases of Kubernetes' own expansion_test.go.
  for (auto const& c : {
           expansion_case{"$(VAR_A)", "A"},
           expansion_case{"___$(VAR_B)___", "___B___"},
           expansion_case{"$(VAR_A)-1", "A-1"},
           expansion_case{"$(VAR_A)_$(VAR_B)_$(VAR_C)", "A_B_C"},
           expansion_case{"$$(VAR_B)_$(VAR_A)", "$(VAR_B)_A"},
           expansion_case{"$$(VAR_A)_$$(VAR_B)", "$(VAR_A)_$(VAR_B)"},
           expansion_case{"f000-$$VAR_A", "f000-$VAR_A"},
           expansion_case{"foo\\$(VAR_C)bar", "foo\\Cbar"},
           expansion_case{"foo\\\\$(VAR_C)bar", "foo\\\\Cbar"},
           expansion_case{"$(VAR_REF)", "$(VAR_A)"},
           expansion_case{"$$(VAR_REF)", "$(VAR_REF)"},
           expansion_case{"foo$(VAR_EMPTY)bar", "foobar"},
           expansion_case{"$(VAR_MISSING)", "$(VAR_MISSING)"},
           expansion_case{"foo_$(VAR_Awhoops!", "foo_$(VAR_Awhoops!"},
           expansion_case{"foo_VAR_Awhoops!)", "foo_VAR_Awhoops!)"},
           expansion_case{"foo_$", "foo_$"},
           expansion_case{"foo_$$", "foo_$"},
           expansion_case{"foo_$$$", "foo_$$"},
           expansion_case{"$VAR_A", "$VAR_A"},
           expansion_case{"$()", "$()"},
           expansion_case{"$(VAR_A$(VAR_B)", "$(VAR_A$(VAR_B)"},
           expansion_case{"$$$$$$$(VAR_A)", "$$$A"},
           expansion_case{"$$$$$$(VAR_A)", "$$$(VAR_A)"},
           expansion_case{"$?_boo_$!(VAR)", "$?_boo_$!(VAR)"},
       }) {
    SCOPED_TRACE(c.text);
    EXPECT_EQ(expanded(c.text, lookup), c.expected);
  }
}

string_map const shop{{"PORT", "8080"}, {"MODE", "fast"}, {"9lives", "x"}, {"log level", "y"}};
string_map const keys{{"token", "s3cret"}};

environment_sources sources() {
  return {.pod_namespace = "default", .data_of = [](source_kind kind, std::string_view name) -> string_map const* {
            if (kind == source_kind::config_map && name == "shop") return &shop;
            if (kind == source_kind::secret && name == "keys") return &keys;
            return nullptr;
          }};
}

TEST(ContainerEnvironment, LaterWinsAndEachSeesWhatCameBefore) {
  auto from = sources();
  from.imports = {{.name = "shop"}};
  from.service_variables = {{"ORDER_SERVICE_HOST", "127.5.0.1"}, {"MODE", "service"}};
  from.entries = {{"EARLY", std::string{"$(LATE)"}},
                  {"LATE", std::string{"$(PORT)/$(ORDER_SERVICE_HOST)"}},
                  {"PORT", std::string{"9090"}},
                  {"AFTER", std::string{"$(PORT)"}},
                  {"TOKEN", key_reference{.kind = source_kind::secret, .name = "keys", .key = "token"}},
                  {"IP", known_value{"127.5.16.1"}},
                  {"RAW", known_value{"$(PORT)"}}};
  auto const made = make_environment(from);
  ASSERT_TRUE(made.has_value());
  EXPECT_THAT(made->variables,
              ElementsAre(Pair("AFTER", "9090"), Pair("EARLY", "$(LATE)"), Pair("IP", "127.5.16.1"),
                          Pair("LATE", "8080/127.5.0.1"), Pair("MODE", "fast"), Pair("ORDER_SERVICE_HOST", "127.5.0.1"),
                          Pair("PORT", "9090"), Pair("RAW", "$(PORT)"), Pair("TOKEN", "s3cret")));
  EXPECT_THAT(made->skipped, ElementsAre("Keys [9lives, log level] from the EnvFrom configMap default/shop were "
                                         "skipped since they are considered invalid environment variable names."));
}

TEST(ContainerEnvironment, APrefixCanMakeAKeyAName) {
  auto from = sources();
  from.imports = {{.name = "shop", .prefix = "S_"}};
  auto const made = make_environment(from);
  ASSERT_TRUE(made.has_value());
  EXPECT_THAT(made->variables, ElementsAre(Pair("S_9lives", "x"), Pair("S_MODE", "fast"), Pair("S_PORT", "8080")));
}

TEST(ContainerEnvironment, WhatIsMissingIsToldInKubernetesWords) {
  auto const with_import = [](source_kind kind) {
    auto from = sources();
    from.imports = {{.kind = kind, .name = "none"}};
    return make_environment(from).error().message;
  };
  auto const with_key = [](source_kind kind, char const* name) {
    auto from = sources();
    from.entries = {{"X", key_reference{.kind = kind, .name = name, .key = "nokey"}}};
    return make_environment(from).error().message;
  };
  EXPECT_EQ(with_import(source_kind::config_map), "configmap \"none\" not found");
  EXPECT_EQ(with_import(source_kind::secret), "secret \"none\" not found");
  EXPECT_EQ(with_key(source_kind::config_map, "none"), "configmap \"none\" not found");
  EXPECT_EQ(with_key(source_kind::config_map, "shop"), "couldn't find key nokey in ConfigMap default/shop");
  EXPECT_EQ(with_key(source_kind::secret, "keys"), "couldn't find key nokey in Secret default/keys");
}

TEST(ContainerEnvironment, WhatIsOptionalMayBeMissing) {
  auto from = sources();
  from.imports = {{.name = "none", .need = reference::optional}};
  from.entries = {{"A", key_reference{.name = "none", .key = "k", .need = reference::optional}},
                  {"B", key_reference{.name = "shop", .key = "k", .need = reference::optional}}};
  auto const made = make_environment(from);
  ASSERT_TRUE(made.has_value());
  EXPECT_THAT(made->variables, IsEmpty());
}

TEST(ContainerEnvironment, CommandsAreExpandedWithAllOfIt) {
  std::vector<std::string> const words{"--port=$(PORT)", "$(NOPE)", "$$(PORT)"};
  EXPECT_THAT(expanded_words(words, shop), ElementsAre("--port=8080", "$(NOPE)", "$(PORT)"));
}

TEST(ContainerEnvironment, ResourceFieldsAreRoundedUp) {
  auto const text = [](char const* amount, char const* divisor) {
    return resource_field_text(*parse_quantity(amount), *parse_quantity(divisor));
  };
  EXPECT_EQ(text("250m", "1"), "1");
  EXPECT_EQ(text("250m", "1m"), "250");
  EXPECT_EQ(text("64Mi", "1Mi"), "64");
  EXPECT_EQ(text("64Mi", "0"), "67108864");
  EXPECT_EQ(text("1500Ki", "1Mi"), "2");
}

TEST(ServiceVariables, AreThoseOfKubernetes) {
  std::vector<service_address> const services{
      {.name = "my-order",
       .cluster_ip = "127.5.0.1",
       .ports = {{.name = "http-main", .port = 8080}, {.name = "dns", .port = 53, .protocol = "UDP"}}},
      {.name = "headless", .cluster_ip = "None", .ports = {{.port = 80}}}};
  EXPECT_THAT(
      service_variables(services),
      ElementsAre(Pair("MY_ORDER_PORT", "tcp://127.5.0.1:8080"), Pair("MY_ORDER_PORT_53_UDP", "udp://127.5.0.1:53"),
                  Pair("MY_ORDER_PORT_53_UDP_ADDR", "127.5.0.1"), Pair("MY_ORDER_PORT_53_UDP_PORT", "53"),
                  Pair("MY_ORDER_PORT_53_UDP_PROTO", "udp"), Pair("MY_ORDER_PORT_8080_TCP", "tcp://127.5.0.1:8080"),
                  Pair("MY_ORDER_PORT_8080_TCP_ADDR", "127.5.0.1"), Pair("MY_ORDER_PORT_8080_TCP_PORT", "8080"),
                  Pair("MY_ORDER_PORT_8080_TCP_PROTO", "tcp"), Pair("MY_ORDER_SERVICE_HOST", "127.5.0.1"),
                  Pair("MY_ORDER_SERVICE_PORT", "8080"), Pair("MY_ORDER_SERVICE_PORT_DNS", "53"),
                  Pair("MY_ORDER_SERVICE_PORT_HTTP_MAIN", "8080")));
}

}  // namespace
}  // namespace holdfast::cluster
