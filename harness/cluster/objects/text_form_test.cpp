#include "cluster/objects/text_form.hpp"

namespace holdfast::cluster {
namespace {

struct form_case {
  text_form form;
  std::string text;
  bool holds;
};

TEST(TextForm, HoldsForTheSameTextsAsInKubernetes) {
  auto const long_text = std::string(64, 'a');
  for (auto const& c : std::vector<form_case>{
           {text_form::dns_label, "order-7", true},
           {text_form::dns_label, "7order", true},
           {text_form::dns_label, "Order", false},
           {text_form::dns_label, "-order", false},
           {text_form::dns_label, "order.shop", false},
           {text_form::dns_label, long_text, false},
           {text_form::dns_label, "", false},
           {text_form::dns_subdomain, "order.shop", true},
           {text_form::dns_subdomain, "order..shop", false},
           {text_form::dns_subdomain, "order.", false},
           {text_form::dns_subdomain, long_text, true},
           {text_form::dns_subdomain, std::string(254, 'a'), false},
           {text_form::service_name, "order", true},
           {text_form::service_name, "7order", false},
           {text_form::port_name, "http", true},
           {text_form::port_name, "80", false},
           {text_form::port_name, "a--b", false},
           {text_form::port_name, "sixteen-letters-", false},
           {text_form::label_key, "app", true},
           {text_form::label_key, "app.kubernetes.io/part-of", true},
           {text_form::label_key, "/app", false},
           {text_form::label_key, "a/b/c", false},
           {text_form::label_value, "", true},
           {text_form::label_value, "v1.2_3", true},
           {text_form::label_value, "v1 2", false},
           {text_form::label_value, "v1-", false},
           {text_form::env_name, "my.name-1", true},
           {text_form::env_name, "A=B", false},
           {text_form::env_name, "", false},
           {text_form::config_key, "application.yaml", true},
           {text_form::config_key, "..hidden", false},
           {text_form::config_key, "a/b", false},
           {text_form::absolute_path, "/var", true},
           {text_form::absolute_path, "var", false},
           {text_form::address, "127.0.0.1", true},
           {text_form::address, "127.0.0.256", false},
           {text_form::address, "127.0.0", false},
           {text_form::address, "127.0.0.01", false},
       }) {
    SCOPED_TRACE(c.text);
    EXPECT_EQ(breach_of(c.form, c.text).empty(), c.holds);
  }
}

}  // namespace
}  // namespace holdfast::cluster
