#include "cluster/api/api_server.hpp"

#include <charconv>
#include <utility>

#include "cluster/api/api_call.hpp"
#include "cluster/api/discovery.hpp"
#include "cluster/api/request_body.hpp"

namespace holdfast::cluster {
namespace {

/// Equal or not in a time that does not tell how far the two agree.
bool is_same_secret(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  unsigned differences = 0;
  for (std::size_t i = 0; i < a.size(); ++i) differences |= static_cast<unsigned char>(a[i] ^ b[i]);
  return differences == 0;
}

bool bears(net::http_request const& request, std::string_view token) {
  constexpr std::string_view scheme = "Bearer ";
  std::string_view const given = request.authorization;
  return given.starts_with(scheme) && is_same_secret(given.substr(scheme.size()), token);
}

api_error unauthorized() {
  return {.code = 401,
          .reason = "Unauthorized",
          .message = "the request bears no valid token: use the kubeconfig that this cluster wrote when it started"};
}

net::http_reply failure(api_error const& error) {
  net::http_reply reply;
  reply.answer.status = static_cast<unsigned>(error.code);
  reply.answer.body = status_object(error).dump(-1, ' ', false, json::error_handler_t::replace);
  return reply;
}

bool is_health_path(std::string_view path) { return path == "/healthz" || path == "/livez" || path == "/readyz"; }

std::string without_slash(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path;
}

}  // namespace

api_server::api_server(boost::asio::any_io_executor executor, object_store& store, cluster_backend& backend, settings s)
    : executor_{std::move(executor)}, store_{store}, backend_{backend}, settings_{std::move(s)} {}

net::http_reply api_server::answer(net::http_request const& request) {
  if (!bears(request, settings_.token)) return failure(unauthorized());
  auto reply = dispatch(request);
  return reply ? std::move(*reply) : failure(reply.error());
}

api_result<net::http_reply> api_server::dispatch(net::http_request const& request) {
  auto target = parse_target(request.target);
  if (!target) return bad_request("the request's target cannot be read");
  auto path = parse_api_path(target->path);
  if (!path || path->resource.empty()) return discover(*target, request);
  if (path->group == "metrics.k8s.io") return usage(*path, target->query);
  auto const served = served_kind_of(*path);
  if (!served || (!served->kind->is_namespaced && !path->name_space.empty())) return no_such_resource();
  call c{.request = request,
         .path = std::move(*path),
         .query = std::move(target->query),
         .served = *served,
         .format = {},
         .body = {}};
  c.format = format_of(request.accept, c.query);
  if (c.query.contains("dryRun")) return bad_request("dryRun is not supported by the local cluster: leave it out");
  if (!request.body.empty()) {
    auto body = body_of(request);
    if (!body) return body.error();
    c.body = std::move(*body);
  }
  return on_objects(c);
}

/// Everything that is known before any object is.
api_result<net::http_reply> api_server::discover(request_target const& target, net::http_request const& request) const {
  auto const path = without_slash(target.path);
  if (request.method != "GET") return method_not_supported("only GET is supported here");
  if (is_health_path(path)) return plain_reply("ok");
  if (path == "/version") return json_reply(version_info());
  if (path == "/api") return json_reply(core_versions(settings_.address));
  if (path == "/apis") return json_reply(api_groups());
  if (path == "/openapi/v2") {
    if (request.accept.find("protobuf") == std::string::npos) return json_reply(openapi_v2_json());
    auto reply = plain_reply(openapi_v2_protobuf());
    reply.answer.content_type =
        "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";  // "@" is no part of a media type
    return reply;
  }
  std::optional<json> document;
  if (auto const versioned = parse_api_path(path)) {
    document = api_resources(versioned->group, versioned->version);
  } else if (path.starts_with("/apis/")) {
    document = api_group(path.substr(6));
  }
  if (!document) return no_such_resource();
  return json_reply(*document);
}

api_result<net::http_reply> api_server::on_objects(call const& c) {
  if (c.path.name.empty()) return on_collection(c);
  if (c.served.kind->is_namespaced && c.path.name_space.empty()) return no_such_resource();
  return c.path.subresource.empty() ? on_object(c) : on_subresource(c);
}

api_result<net::http_reply> api_server::on_collection(call const& c) {
  auto const& method = c.request.method;
  if (method == "GET") return is_on(c.query, "watch") ? watch(c) : list(c);
  if (method == "POST") return create(c);
  if (method == "DELETE") return remove_all(c);
  return method_not_supported(method + " is not supported on " + std::string{c.served.kind->plural});
}

api_result<net::http_reply> api_server::on_object(call const& c) {
  auto const& method = c.request.method;
  if (method == "GET" && is_on(c.query, "watch")) return watch(c);
  if (method == "GET") {
    auto const found = store_.get(*c.served.kind, c.key());
    if (!found) return found.error();
    return shown(c, **found);
  }
  if (method == "PUT" || method == "PATCH") return write(c, update_scope::all_but_status);
  if (method == "DELETE") return remove(c);
  return method_not_supported(method + " is not supported on one of " + std::string{c.served.kind->plural});
}

api_result<net::http_reply> api_server::on_subresource(call const& c) {
  auto const& method = c.request.method;
  auto const& sub = c.path.subresource;
  auto const is_pod = c.served.kind == &kinds::pod;
  auto const is_write = method == "PUT" || method == "PATCH";
  if (sub == "status" && c.served.kind->has_status) {
    if (is_write) return write(c, update_scope::status);
    if (method == "GET") {
      auto const found = store_.get(*c.served.kind, c.key());
      return found ? api_result<net::http_reply>{shown(c, **found)} : found.error();
    }
    return method_not_supported(method + " is not supported on a status");
  }
  if (sub == "scale" && (c.served.kind == &kinds::deployment || c.served.kind == &kinds::replica_set))
    return on_scale(c);
  if (sub == "finalize" && c.served.kind == &kinds::name_space && is_write)
    return write(c, update_scope::all_but_status);
  if (is_pod && sub == "log" && method == "GET") return logs(c);
  if (is_pod && sub == "eviction" && method == "POST") return remove(c);
  if (is_pod && (sub == "exec" || sub == "attach" || sub == "portforward" || sub == "proxy")) {
    return not_implemented(sub +
                           " is not supported by the local cluster: pods are processes of this machine, and each "
                           "listens on its own loopback address (kubectl get pod -o wide shows it)");
  }
  return no_such_resource();
}

net::http_reply api_server::shown(call const& c, json const& object, unsigned status) const {
  auto reply = plain_reply(object_text(c.served, object, c.format, settings_.now()));
  reply.answer.content_type = "application/json";
  reply.answer.status = status;
  return reply;
}

}  // namespace holdfast::cluster
