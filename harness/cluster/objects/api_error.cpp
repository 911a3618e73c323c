#include "cluster/objects/api_error.hpp"

#include <utility>

namespace holdfast::cluster {
namespace {

/// "deployments.apps" or "Deployment.apps", as kubectl shows it.
std::string qualified(std::string_view word, resource_kind const& kind) {
  if (kind.group.empty()) return std::string{word};
  return std::string{word} + '.' + std::string{kind.group};
}

std::string quoted(std::string_view text) { return '"' + std::string{text} + '"'; }

api_error about(resource_kind const& kind, std::string_view name, int code, std::string reason,
                std::string_view problem) {
  return {.code = code,
          .reason = std::move(reason),
          .message = qualified(kind.plural, kind) + ' ' + quoted(name) + ' ' + std::string{problem},
          .kind = std::string{kind.plural},
          .name = std::string{name}};
}

}  // namespace

api_error not_found(resource_kind const& kind, std::string_view name) {
  return about(kind, name, 404, "NotFound", "not found");
}

api_error already_exists(resource_kind const& kind, std::string_view name) {
  return about(kind, name, 409, "AlreadyExists", "already exists");
}

api_error conflict(resource_kind const& kind, std::string_view name) {
  auto error = about(kind, name, 409, "Conflict", "");
  error.message = "Operation cannot be fulfilled on " + qualified(kind.plural, kind) + ' ' + quoted(name) +
                  ": the object has been modified; please apply your changes to the latest version and try again";
  return error;
}

api_error invalid(resource_kind const& kind, std::string_view name, std::vector<field_cause> causes) {
  auto error = about(kind, name, 422, "Invalid", "");
  error.message = qualified(kind.name, kind) + ' ' + quoted(name) + " is invalid:";
  auto const is_list = causes.size() > 1;
  if (is_list) error.message += " [";
  for (std::size_t i = 0; i < causes.size(); ++i) {
    error.message += i == 0 ? (is_list ? "" : " ") : ", ";
    error.message += causes[i].field + ": " + causes[i].message;
  }
  if (is_list) error.message += ']';
  error.kind = std::string{kind.name};
  error.causes = std::move(causes);
  return error;
}

api_error bad_request(std::string message) {
  return {.code = 400, .reason = "BadRequest", .message = std::move(message)};
}

api_error method_not_supported(std::string message) {
  return {.code = 405, .reason = "MethodNotAllowed", .message = std::move(message)};
}

api_error expired(std::string message) { return {.code = 410, .reason = "Expired", .message = std::move(message)}; }

json status_object(api_error const& error) {
  json status{{"kind", "Status"},   {"apiVersion", "v1"},     {"metadata", json::object()}, {"status", "Failure"},
              {"code", error.code}, {"reason", error.reason}, {"message", error.message}};
  json details = json::object();
  if (!error.name.empty()) details["name"] = error.name;
  if (!error.kind.empty()) details["kind"] = error.kind;
  for (auto const& cause : error.causes) {
    details["causes"].push_back({{"reason", cause.reason}, {"message", cause.message}, {"field", cause.field}});
  }
  if (!details.empty()) status["details"] = std::move(details);
  return status;
}

}  // namespace holdfast::cluster
