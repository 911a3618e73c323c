#include "cluster/node/image_map.hpp"

#include <algorithm>
#include <array>
#include <filesystem>

#include <fmt/format.h>
#include <unistd.h>

namespace holdfast::cluster {

namespace fs = std::filesystem;

namespace {

constexpr std::array<std::string_view, 4> systems{"bookshop", "coffee", "drivercenter", "telecom"};

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-' || c == '/';
}

bool is_tag_character(char c) { return is_name_character(c) || (c >= 'A' && c <= 'Z'); }

/// As container tools decide it: a first part that could be the name of a host is one.
bool is_registry(std::string_view first_part) {
  return first_part == "localhost" || first_part.find_first_of(".:") != std::string_view::npos;
}

bool is_program(fs::path const& path) {
  std::error_code problem;
  return fs::is_regular_file(path, problem) && ::access(path.c_str(), X_OK) == 0;
}

std::vector<std::string> line_words(std::string_view line) {
  std::vector<std::string> words;
  for (;;) {
    auto const from = line.find_first_not_of(" \t\r");
    if (from == std::string_view::npos) return words;
    line.remove_prefix(from);
    words.emplace_back(line.substr(0, line.find_first_of(" \t\r")));
    line.remove_prefix(words.back().size());
  }
}

/// One line of the file; what is wrong with it goes to `problems`.
void take_line(std::string_view line, std::string_view file, std::uint32_t number, image_map& map,
               diagnostics& problems) {
  line = line.substr(0, line.find('#'));
  auto const words = line_words(line);
  if (words.empty()) return;
  auto const wrong = [&](std::string value, std::string problem, std::string fix) {
    problems.push_back({.file = std::string{file},
                        .line = number,
                        .field = words[0],
                        .value = std::move(value),
                        .problem = std::move(problem),
                        .fix = std::move(fix)});
  };
  if (words.size() < 3 || words[1] != "=") {
    return wrong(std::string{line}, "a line names an image and its program",
                 "Write e.g. \"bookshop/book = /opt/shop/book --fast\".");
  }
  auto const image = parse_image(words[0]);
  if (!image || image->name != words[0]) {
    return wrong(words[0], "an image is named here without registry and tag",
                 image ? fmt::format("Write \"{}\".", image->name) : "Write e.g. \"bookshop/book\".");
  }
  if (map.find(words[0]) != nullptr) return wrong("", "the image is named twice", "Remove one of the lines.");
  auto const program = fs::absolute(fs::path{file}).parent_path() / words[2];
  if (!is_program(program)) {
    return wrong(words[2], "there is no such program",
                 "Name a file that can be executed; a relative path counts from the folder of this file.");
  }
  map.add(words[0], {.program = program.lexically_normal().string(), .arguments = {words.begin() + 3, words.end()}});
}

void add_if_there(image_map& map, std::string const& image, fs::path const& program) {
  if (is_program(program)) map.add(image, {.program = program.lexically_normal().string()});
}

}  // namespace

std::optional<image_reference> parse_image(std::string_view text) {
  image_reference image;
  if (auto const at = text.find('@'); at != std::string_view::npos) {
    image.digest = text.substr(at + 1);
    if (image.digest.find(':') == std::string::npos) return std::nullopt;
    text = text.substr(0, at);
  }
  if (auto const slash = text.find('/'); slash != std::string_view::npos && is_registry(text.substr(0, slash))) {
    image.registry = text.substr(0, slash);
    text.remove_prefix(slash + 1);
  }
  if (auto const colon = text.find(':'); colon != std::string_view::npos) {
    image.tag = text.substr(colon + 1);
    text = text.substr(0, colon);
    if (image.tag.empty() || image.tag.size() > 128 ||
        !std::all_of(image.tag.begin(), image.tag.end(), is_tag_character) ||
        image.tag.find('/') != std::string::npos) {
      return std::nullopt;
    }
  }
  image.name = text;
  bool const is_name = !text.empty() && std::all_of(text.begin(), text.end(), is_name_character) &&
                       text.front() != '/' && text.back() != '/' && text.find("//") == std::string_view::npos;
  if (!is_name) return std::nullopt;
  return image;
}

image_program const* image_map::find(std::string_view name) const {
  auto const found = programs_.find(name);
  return found == programs_.end() ? nullptr : &found->second;
}

std::string image_map::why_not_found(std::string_view image) const {
  std::vector<std::string_view> known;
  for (auto const& [name, program] : programs_) known.push_back(name);
  auto const parsed = parse_image(image);
  auto const name = parsed ? parsed->name : std::string{image};
  return fmt::format(
      "failed to pull image \"{}\": no program stands for {}.{} Give the container a command, or name the program in "
      "the "
      "file of --images.",
      image, name, did_you_mean(name, known));
}

result<image_map, diagnostics> parse_image_map(std::string_view text, std::string_view file) {
  image_map map;
  diagnostics problems;
  for (std::uint32_t number = 1; !text.empty(); ++number) {
    auto const line = text.substr(0, text.find('\n'));
    take_line(line, file, number, map, problems);
    text.remove_prefix(std::min(line.size() + 1, text.size()));
  }
  if (!problems.empty()) return problems;
  return map;
}

image_map reference_services(std::string_view folder) {
  image_map map;
  fs::path const here{folder};
  auto const built = here / "../../reference-services";  // beside harness/cli in a build folder
  for (auto const system : systems) {
    auto const prefix = std::string{system} + '-';
    auto const image_prefix = std::string{system} + '/';
    add_if_there(map, image_prefix + "gateway", here / "holdfast-gateway");
    add_if_there(map, image_prefix + "gateway", built / "gateway/holdfast-gateway");
    std::error_code problem;
    for (fs::directory_iterator entry{here, problem}, end; !problem && entry != end; entry.increment(problem)) {
      auto const name = entry->path().filename().string();
      if (name.starts_with(prefix)) add_if_there(map, image_prefix + name.substr(prefix.size()), entry->path());
    }
    problem.clear();
    for (fs::directory_iterator entry{built / system, problem}, end; !problem && entry != end;
         entry.increment(problem)) {
      auto const service = entry->path().filename().string();
      add_if_there(map, image_prefix + service, entry->path() / (prefix + service));
    }
  }
  return map;
}

}  // namespace holdfast::cluster
