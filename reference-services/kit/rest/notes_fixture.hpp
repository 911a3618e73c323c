#pragma once

#include <string>

#include <gtest/gtest.h>

#include "kit/testing/probe.hpp"
#include "kit/testing/service_process.hpp"
#include "kit/testing/temporary_folder.hpp"

namespace holdfast::kit {

/// A folder and the environment of a notes service in it.
struct NotesService : testing::Test {
  temporary_folder folder;
  service_process::environment environment{
      {"STATE_DIR", folder.path("state")}, {"BROKER_ADDR", "file:" + folder.path("log")}, {"PATH", "/usr/bin"}};

  /// The service with these variables besides the usual ones.
  service_process start(service_process::environment more = {}) {
    more.insert(environment.begin(), environment.end());
    return service_process{NOTES_SERVICE, std::move(more), folder.path()};
  }

  static probe_answer post(std::uint16_t port, std::string const& body) {
    return ask(port, {.method = "POST", .target = "/notes", .body = body, .headers = {{"Accept", "*/*"}}});
  }
  static std::int64_t count(std::uint16_t port, std::string const& collection) {
    auto const all = ask(port, {.method = "GET", .target = "/" + collection}).json();
    return all.contains("page") ? all["page"]["totalElements"].get<std::int64_t>()
                                : static_cast<std::int64_t>(all["_embedded"][collection].size());
  }
};

}  // namespace holdfast::kit
