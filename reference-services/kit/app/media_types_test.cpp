#include "kit/app/media_types.hpp"

#include <gtest/gtest.h>

namespace holdfast::kit {
namespace {

TEST(MediaTypes, TheFormFollowsAccept) {
  struct accept_case {
    char const* accept;
    document_form form;
    bool html;
  };
  EXPECT_EQ(accepted_form(std::nullopt), document_form::hal);
  EXPECT_FALSE(wants_html(std::nullopt));
  for (auto const& c :
       {accept_case{"*/*", document_form::hal, false}, accept_case{"application/json", document_form::json, false},
        accept_case{"application/json, */*;q=0.5", document_form::json, false},
        accept_case{"*/*;q=0.5,APPLICATION/JSON", document_form::json, false},
        accept_case{"application/hal+json,application/json", document_form::hal, false},
        accept_case{"application/json,application/hal+json", document_form::json, false},
        accept_case{"application/json;q=0.1,application/hal+json", document_form::hal, false},
        accept_case{"application/json;q=0,*/*", document_form::hal, false},
        accept_case{"text/html", document_form::hal, true}, accept_case{"text/plain", document_form::hal, true},
        accept_case{"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", document_form::hal, true},
        accept_case{"application/*", document_form::hal, false}, accept_case{"", document_form::hal, false},
        accept_case{",;,;q=", document_form::hal, false}}) {
    SCOPED_TRACE(c.accept);
    EXPECT_EQ(accepted_form(c.accept), c.form);
    EXPECT_EQ(wants_html(c.accept), c.html);
  }
}

TEST(MediaTypes, NamesItsCharsetInGeneration21Only) {
  EXPECT_EQ(content_type_of(document_form::hal, framework_generation::v2_1), "application/hal+json;charset=UTF-8");
  EXPECT_EQ(content_type_of(document_form::json, framework_generation::v2_3), "application/json");
}

TEST(MediaTypes, BodiesAreJsonInUtf8) {
  for (auto const* const good :
       {"application/json", "application/json; charset=utf-8", "Application/JSON;charset=\"UTF-8\"",
        "application/hal+json", "application/merge-patch+json"}) {
    EXPECT_TRUE(is_json_media_type(good)) << good;
  }
  for (auto const* const bad : {"", "text/plain", "application/x-www-form-urlencoded", "application/json-patch+json",
                                "application/json;charset=latin1", "application/+json", "json"}) {
    EXPECT_FALSE(is_json_media_type(bad)) << bad;
  }
  EXPECT_FALSE(is_json_media_type(std::nullopt));
}

}  // namespace
}  // namespace holdfast::kit
