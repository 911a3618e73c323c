#include "cluster/proxy/fault_kinds.hpp"
#include "cluster/proxy/proxy_options.hpp"

namespace holdfast::cluster {

result<std::shared_ptr<path_fault const>, diagnostics> read_fault(fault_request const& request) {
  auto const* const kind = find_fault_kind(request.kind);
  if (kind == nullptr) {
    std::vector<std::string_view> names;
    std::string fix = "Known are";
    for (auto const& known : fault_kinds()) {
      fix += (names.empty() ? " " : ", ") + std::string{known.name};
      names.push_back(known.name);
    }
    auto const& at = request.source;
    auto field = at.field.empty() ? std::string{"kind"} : at.field + ".kind";
    return diagnostics{{at.file, at.line, std::move(field), request.kind, "unknown fault",
                        fix + "." + did_you_mean(request.kind, names)}};
  }
  parameter_reader reader{request.parameters, kind->parameters, request.source};
  auto fault = kind->read(reader);
  if (reader.has_problems()) return reader.take_problems();
  return fault;
}

}  // namespace holdfast::cluster
