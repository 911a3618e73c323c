#include "cli/up/up_options.hpp"

#include <fstream>
#include <iterator>
#include <limits>

#include "cli/option_reader.hpp"
#include "cluster/controllers/cluster_clock.hpp"

namespace holdfast::cli {
namespace {

void read_images(up_texts const& texts, std::string_view program_folder, option_reader& reader, up_options& into) {
  if (!texts.images) {
    into.images = cluster::reference_services(program_folder);
    return;
  }
  std::error_code ec;
  std::ifstream file{*texts.images};
  if (!file || std::filesystem::is_directory(*texts.images, ec)) {
    reader.add("--images", *texts.images, "cannot be read",
               "Write a file with lines like \"bookshop/book = /opt/shop/book --fast\".");
    return;
  }
  std::string const text{std::istreambuf_iterator<char>{file}, {}};
  auto read = cluster::parse_image_map(text, *texts.images);
  if (read) {
    into.images = std::move(*read);
  } else {
    reader.append(read.error());
  }
}

void read_numbers(up_texts const& texts, option_reader& reader, up_options& into) {
  using cluster::cluster_clock;
  if (auto const scale = reader.quantity("--time-scale", texts.time_scale, parse_number)) {
    if (*scale >= cluster_clock::least_scale && *scale <= cluster_clock::greatest_scale) {
      into.time_scale = *scale;
    } else {
      reader.add("--time-scale", *texts.time_scale, "is not between 0.01 and 100000",
                 "Write how many times faster the control loops are to run, e.g. 10.");
    }
  }
  if (auto const port = reader.quantity("--api-port", texts.api_port, parse_count)) {
    if (*port <= std::numeric_limits<std::uint16_t>::max()) {
      into.api_port = static_cast<std::uint16_t>(*port);
    } else {
      reader.add("--api-port", *texts.api_port, "is not a port", "Write 1 to 65535, or 0 for one that is free.");
    }
  }
  if (auto const seed = reader.quantity("--seed", texts.seed, parse_count)) into.seed = *seed;
}

void read_manifest_paths(up_texts const& texts, option_reader& reader, up_options& into) {
  if (texts.paths.empty()) {
    reader.add("DIR", "", "no manifests are named",
               "Write e.g. \"holdfast up reference-services/bookshop/kubernetes\".");
    return;
  }
  std::vector<std::filesystem::path> const paths{texts.paths.begin(), texts.paths.end()};
  auto read = cluster::read_manifests(paths);
  if (!read) return reader.append(read.error());
  into.manifests = std::move(*read);
  if (into.manifests.objects.empty()) {
    reader.add("DIR", texts.paths.front(), "holds no objects", "Name a folder with .yaml, .yml or .json manifests.");
  }
}

}  // namespace

result<up_options, diagnostics> read_up_options(up_texts const& texts, std::string_view program_folder) {
  option_reader reader;
  up_options options{.kubeconfig = texts.kubeconfig.value_or(""),
                     .data = texts.data.value_or(""),
                     .connections = texts.connections.value_or(""),
                     .quiet = texts.quiet};
  read_numbers(texts, reader, options);
  read_images(texts, program_folder, reader, options);
  read_manifest_paths(texts, reader, options);
  if (!reader.empty()) return reader.take();
  return options;
}

}  // namespace holdfast::cli
