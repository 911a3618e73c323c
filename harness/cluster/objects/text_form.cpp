#include "cluster/objects/text_form.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace holdfast::cluster {
namespace {

constexpr bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_lower_or_digit(char c) { return is_lower(c) || is_digit(c); }
constexpr bool is_letter_or_digit(char c) { return is_lower_or_digit(c) || (c >= 'A' && c <= 'Z'); }

constexpr std::size_t most_label_bytes = 63;
constexpr std::size_t most_subdomain_bytes = 253;
constexpr std::size_t most_port_name_bytes = 15;

bool is_dns_label(std::string_view text) {
  return !text.empty() && text.size() <= most_label_bytes && is_lower_or_digit(text.front()) &&
         is_lower_or_digit(text.back()) &&
         std::ranges::all_of(text, [](char c) { return is_lower_or_digit(c) || c == '-'; });
}

bool is_dns_subdomain(std::string_view text) {
  if (text.empty() || text.size() > most_subdomain_bytes) return false;
  while (true) {
    auto const dot = text.find('.');
    auto const part = text.substr(0, dot);
    // Kubernetes bounds the whole, not its parts.
    bool const is_sound = !part.empty() && is_lower_or_digit(part.front()) && is_lower_or_digit(part.back()) &&
                          std::ranges::all_of(part, [](char c) { return is_lower_or_digit(c) || c == '-'; });
    if (!is_sound) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

bool is_service_name(std::string_view text) { return is_dns_label(text) && is_lower(text.front()); }

bool is_port_name(std::string_view text) {
  return is_dns_label(text) && text.size() <= most_port_name_bytes && text.find("--") == std::string_view::npos &&
         std::ranges::any_of(text, is_lower);
}

/// "Qualified name" without its prefix, also a label's value when it is not empty.
bool is_label_word(std::string_view text) {
  return !text.empty() && text.size() <= most_label_bytes && is_letter_or_digit(text.front()) &&
         is_letter_or_digit(text.back()) &&
         std::ranges::all_of(text, [](char c) { return is_letter_or_digit(c) || c == '-' || c == '_' || c == '.'; });
}

bool is_label_key(std::string_view text) {
  auto const slash = text.find('/');
  if (slash == std::string_view::npos) return is_label_word(text);
  return is_dns_subdomain(text.substr(0, slash)) && is_label_word(text.substr(slash + 1));
}

bool is_label_value(std::string_view text) { return text.empty() || is_label_word(text); }

bool is_env_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~' && c != '='; });
}

bool is_config_key(std::string_view text) {
  return !text.empty() && text.size() <= most_subdomain_bytes && text != "." && !text.starts_with("..") &&
         std::ranges::all_of(text, [](char c) { return is_letter_or_digit(c) || c == '-' || c == '_' || c == '.'; });
}

bool is_absolute_path(std::string_view text) { return text.starts_with('/'); }

bool is_address(std::string_view text) {
  for (int part = 0; part < 4; ++part) {
    auto const dot = text.find('.');
    if ((dot == std::string_view::npos) != (part == 3)) return false;
    auto const digits = text.substr(0, dot);
    if (digits.empty() || digits.size() > 3 || !std::ranges::all_of(digits, is_digit)) return false;
    if (digits.size() > 1 && digits.front() == '0') return false;
    if (digits.size() == 3 && digits > "255") return false;
    if (dot != std::string_view::npos) text.remove_prefix(dot + 1);
  }
  return true;
}

struct form_rule {
  text_form form;
  std::string_view name;
  bool (*holds)(std::string_view);
  std::string_view rule;
};

constexpr std::array rules{
    form_rule{
        text_form::dns_label, "dns-label", is_dns_label,
        "must be a DNS label: at most 63 lower case letters, digits or '-', beginning and ending with a letter or "
        "digit"},
    form_rule{text_form::dns_subdomain, "dns-subdomain", is_dns_subdomain,
              "must be a DNS name: at most 253 lower case letters, digits, '-' or '.', each part beginning and ending "
              "with a letter or digit"},
    form_rule{text_form::service_name, "service-name", is_service_name,
              "must be a DNS label that begins with a letter: at most 63 lower case letters, digits or '-'"},
    form_rule{text_form::port_name, "port-name", is_port_name,
              "must be at most 15 lower case letters, digits or single '-' with at least one letter"},
    form_rule{
        text_form::label_key, "label-key", is_label_key,
        "must be at most 63 letters, digits, '-', '_' or '.', beginning and ending with a letter or digit, with an "
        "optional DNS name and '/' before it"},
    form_rule{text_form::label_value, "label-value", is_label_value,
              "must be empty or at most 63 letters, digits, '-', '_' or '.', beginning and ending with a letter or "
              "digit"},
    form_rule{text_form::env_name, "env-name", is_env_name, "must be printable ASCII without '=', at least one"},
    form_rule{text_form::config_key, "config-key", is_config_key,
              "must be at most 253 letters, digits, '-', '_' or '.', and not begin with \"..\""},
    form_rule{text_form::absolute_path, "absolute-path", is_absolute_path, "must be an absolute path"},
    form_rule{text_form::address, "address", is_address, "must be an IPv4 address"},
};

}  // namespace

text_form text_form_named(std::string_view name) {
  auto const* const found = std::ranges::find(rules, name, &form_rule::name);
  return found == rules.end() ? text_form::any : found->form;
}

std::string breach_of(text_form form, std::string_view text) {
  auto const* const found = std::ranges::find(rules, form, &form_rule::form);
  if (found == rules.end() || found->holds(text)) return {};
  return std::string{found->rule};
}

}  // namespace holdfast::cluster
