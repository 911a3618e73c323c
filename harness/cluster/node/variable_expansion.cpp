#include "cluster/node/variable_expansion.hpp"

namespace holdfast::cluster {

// The rules are those of k8s.io/kubernetes/third_party/forked/golang/expansion.
std::string expanded(std::string_view text, variable_lookup const& lookup) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '$' || at + 1 == text.size()) {
      out += text[at];
      continue;
    }
    ++at;
    if (text[at] != '(') {  // "$$" is "$"; "$x" stays
      if (text[at] != '$') out += '$';
      out += text[at];
      continue;
    }
    auto const close = text.find(')', at);
    if (close == std::string_view::npos) {
      out += "$(";
      continue;
    }
    auto const name = text.substr(at + 1, close - at - 1);
    auto const value = lookup(name);
    if (value) {
      out += *value;
    } else {
      out.append("$(").append(name).append(")");
    }
    at = close;
  }
  return out;
}

}  // namespace holdfast::cluster
