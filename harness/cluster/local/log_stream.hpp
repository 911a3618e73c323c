#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include <boost/asio/any_io_executor.hpp>

#include "cluster/api/cluster_backend.hpp"
#include "cluster/node/log_cursor.hpp"

namespace holdfast::cluster {

enum class log_follow : bool { no, yes };

/// What a log holds, piece by piece as the reader takes it. A follower waits for more and ends when the container's
/// instance has ended; others end where the log does when they come there.
std::unique_ptr<net::http_stream> make_log_stream(boost::asio::any_io_executor executor, std::shared_ptr<log_file> log,
                                                  log_selection selection, log_follow follow);

/// The container whose log is asked for; with an empty name, the pod's only one.
/// @error  400 with Kubernetes' words: no such container, or a name is needed
api_result<std::string> logged_container(json const& pod, std::string const& asked);

/// Opens what "kubectl logs" asks for.
/// @param pod     as the store has it
/// @param log_of  the logs of a container of the pod; null when it has never been started
/// @error         400 with Kubernetes' words: as above, there is no instance before the present one, or the container
///                waits to be started
api_result<std::unique_ptr<net::http_stream>> open_log(
    boost::asio::any_io_executor const& executor, json const& pod,
    std::function<container_log const*(std::string_view container)> const& log_of, log_request const& request);

}  // namespace holdfast::cluster
