#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace holdfast::kit {

/// Writes Prometheus' text format 0.0.4.
class prometheus_text {
 public:
  using label = std::pair<std::string_view, std::string_view>;

  /// Begins the metric `name`; its samples follow. @param type  "counter", "gauge" or "histogram"
  void family(std::string_view name, std::string_view type, std::string_view help);
  /// @param suffix  "_bucket", "_sum", "_count" of histograms
  void sample(std::string_view name, std::string_view suffix, std::initializer_list<label> labels, double number);
  void sample(std::string_view name, std::initializer_list<label> labels, double number) {
    sample(name, "", labels, number);
  }
  std::string take() { return std::move(text_); }

  static constexpr std::string_view content_type = "text/plain; version=0.0.4; charset=utf-8";

 private:
  std::string text_;
};

}  // namespace holdfast::kit
