#include "kit/client/idempotency.hpp"

#include <optional>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

namespace holdfast::kit {
namespace {

namespace asio = boost::asio;
using kind = key_state::kind;

/// A store in memory whose transactions a test makes one after the other.
class Idempotency : public testing::Test {
 protected:
  template <class Change>
  auto write(Change change) {
    using answer_type = std::invoke_result_t<Change&, transaction&>;
    std::exception_ptr failure;
    context_.restart();
    if constexpr (std::is_void_v<answer_type>) {
      auto done = [&failure](std::exception_ptr why) { failure = why; };
      asio::co_spawn(context_, store_->write(std::move(change)), done);
      context_.run();
      if (failure) std::rethrow_exception(failure);
    } else {
      std::optional<answer_type> answer;
      auto done = [&](std::exception_ptr why, answer_type got) {
        failure = why;
        answer = std::move(got);
      };
      asio::co_spawn(context_, store_->write(std::move(change)), done);
      context_.run();
      if (failure) std::rethrow_exception(failure);
      return std::move(*answer);
    }
  }
  key_state look_up(std::string_view key) {
    return store_->read([&](reader& in) { return look_up_key(in, tables_, key); });
  }
  std::int64_t count(table of) {
    return store_->read([&](reader& in) { return in.count(of); });
  }

  call_tables const tables_ = call_tables_after(0);
  asio::io_context context_{1};
  std::unique_ptr<store> store_ = open_sqlite_store(context_.get_executor(), {}, call_table_schemas());
};

TEST_F(Idempotency, AKeyIsUnseenThenAppliedWithItsAnswer) {
  EXPECT_EQ(look_up("k").is, kind::unseen);
  write([&](transaction& in) { remember_key(in, tables_, "k", {.status = 201, .body = "{}", .undo = "7:2"}); });
  auto const seen = look_up("k");
  EXPECT_EQ(seen.is, kind::applied);
  EXPECT_EQ(seen.answer.status, 201U);
  EXPECT_EQ(seen.answer.body, "{}");
}

TEST_F(Idempotency, AnAbortHandsBackWhatWasAppliedOnce) {
  write([&](transaction& in) { remember_key(in, tables_, "k", {.undo = "7:2"}); });
  auto const first = write([&](transaction& in) { return abort_key(in, tables_, "k"); });
  ASSERT_TRUE(first);
  EXPECT_EQ(first->undo, "7:2");
  EXPECT_FALSE(write([&](transaction& in) { return abort_key(in, tables_, "k"); }));
  EXPECT_EQ(look_up("k").is, kind::voided);
}

TEST_F(Idempotency, AnAbortThatComesFirstMakesTheKeyVoid) {
  EXPECT_FALSE(write([&](transaction& in) { return abort_key(in, tables_, "k"); }));
  EXPECT_EQ(look_up("k").is, kind::voided);
}

TEST_F(Idempotency, RememberingTwiceRollsBack) {
  write([&](transaction& in) { remember_key(in, tables_, "k", {.body = "first"}); });
  EXPECT_THROW(write([&](transaction& in) { remember_key(in, tables_, "k", {.body = "second"}); }), std::logic_error);
  EXPECT_EQ(look_up("k").answer.body, "first");
}

TEST_F(Idempotency, OldAnswersAreForgottenAndYoungOnesKept) {
  for (int i = 0; i < 50; ++i) {
    write([&](transaction& in) { remember_key(in, tables_, "k" + std::to_string(i), {}, 10); });
  }
  EXPECT_EQ(count(tables_.answers), 10);
  EXPECT_EQ(look_up("k39").is, kind::unseen);
  EXPECT_EQ(look_up("k40").is, kind::applied);
}

TEST_F(Idempotency, AnIntentIsSettledOnce) {
  write([&](transaction& in) { begin_intent(in, tables_, {"k", "/abort", "book", 5}); });
  EXPECT_TRUE(write([&](transaction& in) { return settle_intent(in, tables_, "k"); }));
  EXPECT_FALSE(write([&](transaction& in) { return settle_intent(in, tables_, "k"); }));
  EXPECT_EQ(count(tables_.commands), 0);
}

TEST_F(Idempotency, AnIntentThatWasGivenUpCannotBeSettled) {
  write([&](transaction& in) { begin_intent(in, tables_, {"k", "/abort", "book", 5}); });
  write([&](transaction& in) { give_up_intent(in, tables_, "k"); });
  write([&](transaction& in) { give_up_intent(in, tables_, "k"); });
  EXPECT_FALSE(write([&](transaction& in) { return settle_intent(in, tables_, "k"); }));
  EXPECT_EQ(count(tables_.intents), 0);
  EXPECT_EQ(count(tables_.commands), 1);
}

}  // namespace
}  // namespace holdfast::kit
