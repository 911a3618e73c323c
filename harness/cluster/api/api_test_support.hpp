#pragma once

#include <deque>
#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>

#include "cluster/api/api_server.hpp"
#include "cluster/objects/admission.hpp"
#include "cluster/store/object_store.hpp"

namespace holdfast::cluster {

/// One text, then the end.
class short_stream final : public net::http_stream {
 public:
  explicit short_stream(std::string text) : text_{std::move(text)} {}
  boost::asio::awaitable<std::optional<std::string>> next() override {
    if (text_.empty()) co_return std::nullopt;
    co_return std::exchange(text_, {});
  }

 private:
  std::string text_;
};

/// Remembers what it was asked.
class told_backend final : public cluster_backend {
 public:
  api_result<std::unique_ptr<net::http_stream>> logs(log_request const& of) override {
    asked = of;
    return std::unique_ptr<net::http_stream>{std::make_unique<short_stream>("a line\n")};
  }
  std::vector<container_usage> usage() const override { return used; }

  log_request asked;
  std::vector<container_usage> used;
};

/// An API server over a store with the namespace "shop", at a fixed time.
struct api_fixture {
  struct reply {
    unsigned status;
    json body;
  };

  api_fixture() { (void)store.create(kinds::name_space, json::parse(R"({"metadata": {"name": "shop"}})")); }
  net::http_reply raw(std::string method, std::string target, std::string body = "",
                      std::string content_type = "application/json", std::string accept = "application/json") {
    return server.answer({.method = std::move(method),
                          .target = std::move(target),
                          .content_type = std::move(content_type),
                          .accept = std::move(accept),
                          .authorization = "Bearer secret",
                          .body = std::move(body)});
  }
  reply ask(std::string method, std::string target, std::string body = "",
            std::string content_type = "application/json", std::string accept = "application/json") {
    auto const answered =
        raw(std::move(method), std::move(target), std::move(body), std::move(content_type), std::move(accept));
    return {answered.answer.status, json::parse(answered.answer.body, nullptr, false)};
  }

  boost::asio::io_context io;
  wall_time now{std::chrono::sys_days{std::chrono::year{2026} / 1 / 31}};
  object_store store{{.now = [this] { return now; }, .admit = admit, .changes_kept = 64}};
  told_backend backend;
  api_server server{
      io.get_executor(), store, backend, {.token = "secret", .address = "127.0.0.1:1", .now = [this] { return now; }}};
};

}  // namespace holdfast::cluster
