#pragma once

#include <functional>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "cluster/api/api_path.hpp"
#include "cluster/api/cluster_backend.hpp"
#include "cluster/api/object_view.hpp"
#include "cluster/store/object_store.hpp"
#include "core/clock.hpp"
#include "net/http_server.hpp"

namespace holdfast::cluster {

struct object_schema;

/// Kubernetes' API as far as a stock kubectl needs it, over the object store. Decides what each request does; carries
/// nothing over the network itself: `answer` is what a net::http_server calls. Used on the store's thread.
class api_server {
 public:
  struct settings {
    std::string token;    ///< every request has to bear it
    std::string address;  ///< "127.0.0.1:6443", for clients that ask
    std::function<wall_time()> now;
  };

  api_server(boost::asio::any_io_executor executor, object_store& store, cluster_backend& backend, settings s);
  net::http_reply answer(net::http_request const& request);

 private:
  struct call;

  api_result<net::http_reply> dispatch(net::http_request const& request);
  api_result<net::http_reply> discover(request_target const& target, net::http_request const& request) const;
  api_result<net::http_reply> on_objects(call const& c);
  api_result<net::http_reply> on_collection(call const& c);
  api_result<net::http_reply> on_object(call const& c);
  api_result<net::http_reply> on_subresource(call const& c);
  api_result<net::http_reply> on_scale(call const& c);
  api_result<net::http_reply> list(call const& c) const;
  api_result<net::http_reply> watch(call const& c);
  api_result<net::http_reply> create(call const& c);
  api_result<net::http_reply> write(call const& c, update_scope scope);
  api_result<net::http_reply> remove(call const& c);
  api_result<net::http_reply> remove_all(call const& c);
  api_result<net::http_reply> logs(call const& c);
  api_result<net::http_reply> usage(api_path const& path, query_map const& query) const;
  api_result<json> changed(call const& c, json const& shown, object_schema const* schema) const;
  net::http_reply shown(call const& c, json const& object, unsigned status = 200) const;

  boost::asio::any_io_executor executor_;
  object_store& store_;
  cluster_backend& backend_;
  settings settings_;
};

}  // namespace holdfast::cluster
