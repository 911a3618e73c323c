#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cluster/objects/json.hpp"
#include "cluster/objects/resource_kind.hpp"
#include "core/result.hpp"

namespace holdfast::cluster {

/// One field of an object that cannot be as it is.
struct field_cause {
  std::string field;    ///< "spec.template.spec.containers[0].image"
  std::string reason;   ///< Kubernetes' word: FieldValueRequired, FieldValueInvalid, FieldValueNotSupported, ...
  std::string message;  ///< what is wrong, with the value, and the fix
};

/// Why the API refused: what becomes a Status object.
struct api_error {
  int code = 500;  ///< of HTTP
  std::string reason{};
  std::string message{};
  std::string kind{};  ///< details: what kind (plural) and name it is about; may be empty
  std::string name{};
  std::vector<field_cause> causes{};
};

template <class T>
using api_result = result<T, api_error>;

api_error not_found(resource_kind const& kind, std::string_view name);
api_error already_exists(resource_kind const& kind, std::string_view name);
/// The object was changed by somebody else since the caller read it.
api_error conflict(resource_kind const& kind, std::string_view name);
/// The object breaks rules of its kind; every one is in `causes`.
api_error invalid(resource_kind const& kind, std::string_view name, std::vector<field_cause> causes);
api_error bad_request(std::string message);
api_error method_not_supported(std::string message);
/// The changes that a watch asks for are not kept any more: list again.
api_error expired(std::string message);

/// A v1 Status with "Failure".
json status_object(api_error const& error);

}  // namespace holdfast::cluster
