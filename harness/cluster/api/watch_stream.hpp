#pragma once

#include <memory>
#include <optional>

#include <boost/asio/any_io_executor.hpp>

#include "cluster/api/object_view.hpp"
#include "cluster/store/object_store.hpp"
#include "net/http_server.hpp"

namespace holdfast::cluster {

struct watch_request {
  served_kind served;
  object_filter filter;
  object_format format;
  /// Changes after this one; when absent, what is there comes first, as if it had been added now.
  std::optional<std::uint64_t> after{};
  nanoseconds limit = std::chrono::minutes{30};
};

/// What happens to the selected objects, an event a line, until the limit of time. An object that begins to match was
/// added, one that ceases to was deleted. A reader that falls too far behind gets the event ERROR with a Status 410.
/// @param now  for the ages in tables
std::unique_ptr<net::http_stream> make_watch_stream(boost::asio::any_io_executor executor, object_store& store,
                                                    watch_request request, std::function<wall_time()> now);

}  // namespace holdfast::cluster
