#include "cluster/api/object_view.hpp"

#include "cluster/objects/object_meta.hpp"

namespace holdfast::cluster {
namespace {

std::string dumped(json const& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }

std::string plain_text(served_kind const& served, json const& object) {
  return dumped(served.as == nullptr ? object : from_stored(*served.as, object));
}

/// The row with its object written from the stored one, not copied.
std::string row_text(served_kind const& served, json const& object, object_format const& format, wall_time now) {
  auto text = R"({"cells":)" + dumped(table_row(*served.kind, object, table_objects::none, now)["cells"]);
  if (format.include == table_objects::metadata) {
    text += R"(,"object":{"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/v1","metadata":)";
    text += dumped(object.at("metadata")) + '}';
  }
  if (format.include == table_objects::whole) text += R"(,"object":)" + plain_text(served, object);
  return text + '}';
}

/// A table's text up to its rows.
std::string table_start(resource_kind const& kind, std::string_view version) {
  auto table = empty_table(kind, version);
  table.erase("rows");
  auto text = dumped(table);
  text.pop_back();
  return text + R"(,"rows":[)";
}

}  // namespace

std::optional<served_kind> served_kind_of(api_path const& path) {
  if (auto const* const kind = find_resource(path.group, path.version, path.resource))
    return served_kind{kind, nullptr};
  if (auto const* const as = find_served_resource(path.group, path.version, path.resource))
    return served_kind{as->kind, as};
  return std::nullopt;
}

api_result<object_filter> filter_of(resource_kind const& kind, api_path const& path, query_map const& query) {
  object_filter filter{.name_space = path.name_space};
  if (auto const given = query.find("labelSelector"); given != query.end()) {
    auto parsed = parse_label_selector(given->second);
    if (!parsed)
      return bad_request("unable to parse labelSelector \"" + given->second + "\": " + parsed.error().problem);
    filter.labels = std::move(*parsed);
  }
  if (auto const given = query.find("fieldSelector"); given != query.end()) {
    auto parsed = parse_field_selector(kind, given->second);
    if (!parsed) return parsed.error();
    filter.fields = std::move(*parsed);
  }
  if (!path.name.empty()) filter.fields.push_back({.field = "metadata.name", .value = path.name});
  return filter;
}

bool matches(object_filter const& filter, json const& object) {
  if (!filter.name_space.empty() && namespace_of(object) != filter.name_space) return false;
  if (!filter.fields.empty() && !matches(filter.fields, object)) return false;
  return is_empty(filter.labels) || matches(filter.labels, labels_of(object));
}

object_format format_of(std::string_view accept, query_map const& query) {
  object_format format{.is_table = accept.find("as=Table") != std::string_view::npos};
  if (auto const given = query.find("includeObject"); given != query.end()) {
    if (given->second == "None") format.include = table_objects::none;
    if (given->second == "Object") format.include = table_objects::whole;
  }
  return format;
}

std::string object_text(served_kind const& served, json const& object, object_format const& format, wall_time now) {
  if (!format.is_table) return plain_text(served, object);
  return table_start(*served.kind, text_at(object, "metadata", "resourceVersion")) +
         row_text(served, object, format, now) + "]}";
}

std::string list_text(served_kind const& served, std::vector<object_ptr> const& objects, std::uint64_t version,
                      object_format const& format, wall_time now) {
  std::string text;
  if (format.is_table) {
    text = table_start(*served.kind, std::to_string(version));
  } else {
    auto const api_version = served.as == nullptr ? api_version_of(*served.kind) : api_version_of(*served.as);
    text = R"({"kind":")" + std::string{served.kind->name} + R"(List","apiVersion":")" + api_version +
           R"(","metadata":{"resourceVersion":")" + std::to_string(version) + R"("},"items":[)";
  }
  auto is_first = true;
  for (auto const& object : objects) {
    if (!std::exchange(is_first, false)) text += ',';
    text += format.is_table ? row_text(served, *object, format, now) : plain_text(served, *object);
  }
  return text + "]}";
}

std::string watch_event_text(std::string_view type, std::string const& object) {
  return R"({"type":")" + std::string{type} + R"(","object":)" + object + "}\n";
}

}  // namespace holdfast::cluster
