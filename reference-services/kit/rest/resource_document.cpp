#include "kit/rest/resource_document.hpp"

#include "kit/app/json_text.hpp"

namespace holdfast::kit {

namespace {

/// "http://" and the host, as it stands inside a JSON string.
std::string base_of(std::string_view host) {
  std::string base = "http://";
  append_json_characters(base, host);
  return base;
}

void append_value(std::string& out, value const& v) {
  if (auto const* const number = std::get_if<std::int64_t>(&v)) {
    append_number(out, *number);
  } else if (auto const* const text = std::get_if<std::string>(&v)) {
    append_json_string(out, *text);
  } else {
    out += "null";
  }
}

/// The links object of a document, one link after the other. Everything is indented by two spaces a level.
class link_list {
 public:
  link_list(std::string& out, std::string_view indent) : out_{out}, indent_{indent} { out_ += "\"_links\" : {"; }

  void add(std::string_view rel, std::string_view base, std::string_view rest, std::string_view variables = {}) {
    if (!first_) out_ += ',';
    first_ = false;
    line("    ");
    out_ += '"';
    out_ += rel;
    out_ += "\" : {";
    line("      ");
    out_ += "\"href\" : \"";
    out_ += base;
    out_ += rest;
    out_ += variables;
    out_ += '"';
    if (!variables.empty()) {
      out_ += ',';
      line("      ");
      out_ += "\"templated\" : true";
    }
    line("    ");
    out_ += '}';
  }
  void close() {
    line("  ");
    out_ += '}';
  }

 private:
  void line(std::string_view deeper) {
    out_ += '\n';
    out_ += indent_;
    out_ += deeper;
  }
  std::string& out_;
  std::string_view indent_;
  bool first_ = true;
};

std::string page_query(std::size_t number, page_facts const& page) {
  std::string query = "?page=" + std::to_string(number) + "&size=" + std::to_string(page.size);
  append_json_characters(query, page.sort);
  return query;
}

std::size_t pages_of(page_facts const& page) { return page.total / page.size + (page.total % page.size == 0 ? 0 : 1); }

void append_page(std::string& out, page_facts const& page) {
  auto const entry = [&](std::string_view name, std::size_t n) {
    out += name;
    append_number(out, static_cast<std::int64_t>(n));
  };
  out += ",\n  \"page\" : {";
  entry("\n    \"size\" : ", page.size);
  entry(",\n    \"totalElements\" : ", page.total);
  entry(",\n    \"totalPages\" : ", pages_of(page));
  entry(",\n    \"number\" : ", page.number);
  out += "\n  }";
}

}  // namespace

resource_writer::resource_writer(resource_names names, std::span<resource_field const> fields,
                                 std::span<resource_finder const> finders)
    : names_{std::move(names)},
      finders_{finders.begin(), finders.end()},
      path_{"/" + names_.collection},
      item_size_{160 + 2 * names_.item.size() + 2 * names_.collection.size()} {
  for (auto const& field : fields) {
    std::string key;
    append_json_string(key, field.name);
    keys_.push_back(key + " : ");
    plain_keys_.push_back("," + key + ":");
    item_size_ += key.size() + 32;
  }
}

void resource_writer::append_item(std::string& out, stored_row const& shown, std::string_view indent,
                                  std::string_view base) const {
  out += '{';
  for (std::size_t i = 0; i < keys_.size(); ++i) {
    out += '\n';
    out += indent;
    out += "  ";
    out += keys_[i];
    append_value(out, shown.values[i]);
    out += ',';
  }
  out += '\n';
  out += indent;
  out += "  ";
  std::string self{path_};
  self += '/';
  append_number(self, shown.id);
  link_list links{out, indent};
  links.add("self", base, self);
  links.add(names_.item, base, self);
  links.close();
  out += '\n';
  out += indent;
  out += '}';
}

std::string resource_writer::item(stored_row const& shown, std::string_view host) const {
  std::string out;
  out.reserve(item_size_ + 2 * host.size());
  append_item(out, shown, "", base_of(host));
  return out;
}

void resource_writer::append_embedded(std::string& out, std::span<stored_row const> rows, std::string_view base) const {
  out.reserve(512 + rows.size() * (item_size_ + 64 + 2 * base.size()));
  out += "{\n  \"_embedded\" : {\n    \"";
  out += names_.collection;
  out += "\" : [ ";
  bool first = true;
  for (auto const& shown : rows) {
    if (!first) out += ", ";
    first = false;
    append_item(out, shown, "    ", base);
  }
  out += rows.empty() ? "]" : " ]";
  out += "\n  },\n  ";
}

void resource_writer::append_collection_links(std::string& out, std::string_view base, page_facts const* page) const {
  bool const is_templated = page != nullptr && names_.generation == framework_generation::v2_1;
  auto const pages = page != nullptr ? pages_of(*page) : 0;
  link_list links{out, ""};
  if (pages > 1) {
    links.add("first", base, path_ + page_query(0, *page));
    if (page->number > 0) links.add("prev", base, path_ + page_query(page->number - 1, *page));
  }
  links.add("self", base, path_, is_templated ? "{?page,size,sort}" : "");
  if (pages > 1) {
    if (page->number + 1 < pages) links.add("next", base, path_ + page_query(page->number + 1, *page));
    links.add("last", base, path_ + page_query(pages - 1, *page));
  }
  links.add("profile", base, "/profile" + path_);
  if (!finders_.empty()) links.add("search", base, path_ + "/search");
  links.close();
}

std::string resource_writer::page(std::span<stored_row const> rows, page_facts const& page,
                                  std::string_view host) const {
  std::string out;
  auto const base = base_of(host);
  append_embedded(out, rows, base);
  append_collection_links(out, base, &page);
  append_page(out, page);
  out += "\n}";
  return out;
}

std::string resource_writer::all(std::span<stored_row const> rows, std::string_view host) const {
  std::string out;
  auto const base = base_of(host);
  append_embedded(out, rows, base);
  append_collection_links(out, base, nullptr);
  out += "\n}";
  return out;
}

std::string resource_writer::found(std::span<stored_row const> rows, std::string_view self,
                                   std::string_view host) const {
  std::string out;
  auto const base = base_of(host);
  append_embedded(out, rows, base);
  std::string escaped;
  append_json_characters(escaped, self);
  link_list links{out, ""};
  links.add("self", base, escaped);
  links.close();
  out += "\n}";
  return out;
}

std::string resource_writer::finder_list(std::string_view host) const {
  std::string out = "{\n  ";
  auto const base = base_of(host);
  link_list links{out, ""};
  for (auto const& finder : finders_) {
    links.add(finder.name, base, path_ + "/search/" + finder.name, "{?" + finder.argument + "}");
  }
  links.add("self", base, path_ + "/search");
  links.close();
  out += "\n}";
  return out;
}

void resource_writer::append_plain(std::string& out, stored_row const& shown) const {
  out += "{\"id\":";
  append_number(out, shown.id);
  for (std::size_t i = 0; i < plain_keys_.size(); ++i) {
    out += plain_keys_[i];
    append_value(out, shown.values[i]);
  }
  out += '}';
}

std::string resource_writer::plain_item(stored_row const& shown) const {
  std::string out;
  append_plain(out, shown);
  return out;
}

std::string resource_writer::plain_list(std::span<stored_row const> rows) const {
  std::string out = "[";
  for (auto const& shown : rows) {
    if (out.size() > 1) out += ',';
    append_plain(out, shown);
  }
  out += ']';
  return out;
}

std::string resource_writer::item_url(std::int64_t id, std::string_view host) const {
  std::string url = "http://";
  url += host;
  url += path_;
  url += '/';
  append_number(url, id);
  return url;
}

}  // namespace holdfast::kit
