#include <charconv>

#include "cluster/api/api_call.hpp"
#include "cluster/api/deletion_options.hpp"
#include "cluster/api/scale_view.hpp"
#include "cluster/api/watch_stream.hpp"
#include "cluster/objects/object_schema.hpp"
#include "cluster/objects/patches.hpp"

namespace holdfast::cluster {
namespace {

template <class Number>
std::optional<Number> number_in(std::string const& text) {
  Number value{};
  auto const* const end = text.data() + text.size();
  auto const read = std::from_chars(text.data(), end, value);
  if (text.empty() || read.ec != std::errc{} || read.ptr != end) return std::nullopt;
  return value;
}

/// The body in the stored version; its kind, where it says one, has to be the path's.
api_result<json> object_in(json const& body, served_kind const& served) {
  if (!body.is_object()) return bad_request("the request needs an object of kind " + std::string{served.kind->name});
  auto const expected = served.as == nullptr ? api_version_of(*served.kind) : api_version_of(*served.as);
  auto const& version = text_at(body, "apiVersion");
  auto const& kind = text_at(body, "kind");
  if ((!version.empty() && version != expected) || (!kind.empty() && kind != served.kind->name)) {
    return bad_request("the object is a " + version + " " + kind + ", but this is the path of " + expected + " " +
                       std::string{served.kind->name});
  }
  return {boost::system::in_place_value, served.as == nullptr ? body : to_stored(*served.as, body)};
}

/// Puts the path's namespace and name where the object has none; what differs is refused.
api_result<void> settle_place(json& object, api_path const& path) {
  auto& meta = object["metadata"];
  if (meta.is_null()) meta = json::object();
  if (!meta.is_object()) return bad_request("metadata must be an object");
  for (auto const& [field, wanted] : {std::pair{"namespace", path.name_space}, std::pair{"name", path.name}}) {
    if (wanted.empty()) continue;
    auto const& given = text_at(object, "metadata", field);
    if (!given.empty() && given != wanted) {
      return bad_request(std::string{"the "} + field + " of the object (" + given +
                         ") does not match the one of the request (" + wanted + ")");
    }
    meta[field] = wanted;
  }
  return boost::system::in_place_value;
}

json success_of(resource_kind const& kind, json const& object) {
  return {{"kind", "Status"},
          {"apiVersion", "v1"},
          {"metadata", json::object()},
          {"status", "Success"},
          {"details", {{"name", name_of(object)}, {"kind", kind.plural}, {"uid", uid_of(object)}}}};
}

}  // namespace

api_result<net::http_reply> api_server::list(call const& c) const {
  auto const filter = filter_of(*c.served.kind, c.path, c.query);
  if (!filter) return filter.error();
  std::vector<object_ptr> chosen;
  for (auto& each : store_.list(*c.served.kind, c.path.name_space)) {
    if (matches(*filter, *each)) chosen.push_back(std::move(each));
  }
  auto reply = plain_reply(list_text(c.served, chosen, store_.version(), c.format, settings_.now()));
  reply.answer.content_type = "application/json";
  return reply;
}

api_result<net::http_reply> api_server::watch(call const& c) {
  auto filter = filter_of(*c.served.kind, c.path, c.query);
  if (!filter) return filter.error();
  watch_request watched{.served = c.served, .filter = std::move(*filter), .format = c.format};
  if (auto const since = c.query.find("resourceVersion"); since != c.query.end() && !since->second.empty()) {
    auto const version = number_in<std::uint64_t>(since->second);
    if (!version) return bad_request("resourceVersion must be a number (got \"" + since->second + "\")");
    if (*version != 0) watched.after = *version;
  }
  if (auto const limit = c.query.find("timeoutSeconds"); limit != c.query.end()) {
    auto const seconds = number_in<std::uint32_t>(limit->second);
    if (!seconds) return bad_request("timeoutSeconds must be a whole number (got \"" + limit->second + "\")");
    if (*seconds != 0) watched.limit = std::chrono::seconds{*seconds};
  }
  net::http_reply reply;
  reply.stream = make_watch_stream(executor_, store_, std::move(watched), settings_.now);
  return reply;
}

api_result<net::http_reply> api_server::create(call const& c) {
  auto object = object_in(c.body, c.served);
  if (!object) return object.error();
  if (auto const settled = settle_place(*object, c.path); !settled) return settled.error();
  auto const made = store_.create(*c.served.kind, std::move(*object));
  if (!made) return made.error();
  return shown(c, **made, 201);
}

/// What a PUT or a PATCH makes of a document.
api_result<json> api_server::changed(call const& c, json const& shown, object_schema const* schema) const {
  if (c.request.method == "PUT") return {boost::system::in_place_value, c.body};
  auto const type = patch_type_of(c.request.content_type);
  if (!type) return type.error();
  if (*type == patch_type::strategic) return strategic_patched(schema, shown, c.body);
  return patched(*c.served.kind, shown, c.body, *type);
}

api_result<net::http_reply> api_server::write(call const& c, update_scope scope) {
  auto const before = store_.get(*c.served.kind, c.key());
  if (!before) return before.error();
  auto const base = c.served.as == nullptr ? **before : from_stored(*c.served.as, **before);
  auto document = changed(c, base, &schema_of(*c.served.kind));
  if (!document) return document.error();
  auto object = object_in(*document, c.served);
  if (!object) return object.error();
  if (auto const settled = settle_place(*object, c.path); !settled) return settled.error();
  auto const stored = store_.update(*c.served.kind, std::move(*object), scope);
  if (!stored) return stored.error();
  return shown(c, **stored);
}

api_result<net::http_reply> api_server::on_scale(call const& c) {
  auto const before = store_.get(*c.served.kind, c.key());
  if (!before) return before.error();
  auto const scale = scale_of(**before);
  if (c.request.method == "GET") return json_reply(scale);
  if (c.request.method != "PUT" && c.request.method != "PATCH")
    return method_not_supported(c.request.method + " is not supported on a scale");
  auto const document = changed(c, scale, nullptr);
  if (!document) return document.error();
  auto object = with_scale(*c.served.kind, **before, *document);
  if (!object) return object.error();
  auto const stored = store_.update(*c.served.kind, std::move(*object));
  if (!stored) return stored.error();
  return json_reply(scale_of(**stored));
}

api_result<net::http_reply> api_server::remove(call const& c) {
  // An eviction carries its options inside.
  auto const& options = c.path.subresource == "eviction" ? member(c.body, "deleteOptions") : c.body;
  auto const how = deletion_of(options, c.query);
  if (!how) return how.error();
  auto const removed = store_.remove(*c.served.kind, c.key(), *how);
  if (!removed) return removed.error();
  if (removed->is_gone || c.path.subresource == "eviction")
    return json_reply(success_of(*c.served.kind, *removed->object));
  return shown(c, *removed->object);
}

api_result<net::http_reply> api_server::remove_all(call const& c) {
  auto const filter = filter_of(*c.served.kind, c.path, c.query);
  if (!filter) return filter.error();
  auto const how = deletion_of(c.body, c.query);
  if (!how) return how.error();
  for (auto const& each : store_.list(*c.served.kind, c.path.name_space)) {
    if (!matches(*filter, *each)) continue;
    auto const removed = store_.remove(*c.served.kind, key_of(*each), *how);
    if (!removed && removed.error().code != 404) return removed.error();
  }
  return list(c);
}

}  // namespace holdfast::cluster
