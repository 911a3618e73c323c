#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kit/app/media_types.hpp"
#include "kit/documents/fields.hpp"

namespace holdfast::kit {

enum class field_kind : std::uint8_t { text, integer32, integer64 };

struct resource_field {
  std::string name;
  field_kind kind = field_kind::text;
};

template <document T>
std::vector<resource_field> resource_fields() {
  std::vector<resource_field> fields;
  T const sample{};
  for_each_field(sample, [&](std::string_view name, auto const& member) {
    using member_type = std::remove_cvref_t<decltype(member)>;
    auto const kind = std::is_same_v<member_type, std::optional<std::string>>    ? field_kind::text
                      : std::is_same_v<member_type, std::optional<std::int32_t>> ? field_kind::integer32
                                                                                 : field_kind::integer64;
    fields.push_back({std::string{name}, kind});
  });
  return fields;
}

/// Names of a resource of the generated flavour (reference-systems 1.2).
struct resource_names {
  std::string collection;  ///< path and rel of the collection: "orders"
  std::string item;        ///< rel of an item: "order"
  bool paging = true;      ///< my-page has none
  framework_generation generation = framework_generation::v2_1;
  std::vector<std::string> aliases = {};  ///< further names of the collection's path; links never name them
};

/// "findByOrderId", argument "orderId", column "orderId". The column must be indexed.
struct resource_finder {
  std::string name, argument, column;
  bool single = false;  ///< answers the oldest match as an item, or 404, instead of a list
};

struct page_facts {
  std::size_t size = 20;
  std::size_t number = 0;
  std::size_t total = 0;
  std::string sort;  ///< "&sort=qty,desc" as links repeat it; may be empty
};

/// Writes the documents of one resource straight into a string, byte for byte as the originals' exporter does: indented
/// by two spaces, fields in declaration order, nulls included, no id, no newline at the end. A value; use from one
/// thread.
class resource_writer {
 public:
  resource_writer(resource_names names, std::span<resource_field const> fields,
                  std::span<resource_finder const> finders);

  /// @param host  of the request: links name it
  std::string item(stored_row const& shown, std::string_view host) const;
  std::string page(std::span<stored_row const> rows, page_facts const& page, std::string_view host) const;
  /// The whole of a collection without paging.
  std::string all(std::span<stored_row const> rows, std::string_view host) const;
  /// What a finder found. `self` is the target of the request: path and query.
  std::string found(std::span<stored_row const> rows, std::string_view self, std::string_view host) const;
  std::string finder_list(std::string_view host) const;
  /// Compact, with the id first and without links: hand-written controllers (reference-systems 1.3).
  std::string plain_item(stored_row const& shown) const;
  std::string plain_list(std::span<stored_row const> rows) const;
  std::string item_url(std::int64_t id, std::string_view host) const;

 private:
  void append_item(std::string& out, stored_row const& shown, std::string_view indent, std::string_view base) const;
  void append_embedded(std::string& out, std::span<stored_row const> rows, std::string_view base) const;
  void append_collection_links(std::string& out, std::string_view base, page_facts const* page) const;
  void append_plain(std::string& out, stored_row const& shown) const;

  resource_names names_;
  std::vector<std::string> keys_;        // `"orderId" : `
  std::vector<std::string> plain_keys_;  // `,"orderId":`
  std::vector<resource_finder> finders_;
  std::string path_;  // "/orders"
  std::size_t item_size_ = 0;
};

}  // namespace holdfast::kit
