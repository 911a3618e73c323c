#include "cluster/objects/element_order.hpp"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "cluster/objects/object_meta.hpp"

namespace holdfast::cluster {
namespace {

/// Where each key stands.
using positions = std::map<json, std::size_t>;

json const& key_of(json const& element, std::string_view key) { return key.empty() ? element : member(element, key); }

positions positions_in(json const& list, std::string_view key) {
  positions found;
  if (!list.is_array()) return found;
  for (std::size_t i = 0; i < list.size(); ++i) found.try_emplace(key_of(list[i], key), i);
  return found;
}

std::size_t position_of(positions const& where, json const& key, std::size_t otherwise) {
  auto const found = where.find(key);
  return found == where.end() ? otherwise : found->second;
}

}  // namespace

json in_element_order(json merged, json const& before, json const& order, std::string_view key) {
  auto const asked = positions_in(order, key);
  auto const old = positions_in(before, key);
  std::vector<json> named;
  std::vector<json> others;
  for (auto& each : merged) (asked.contains(key_of(each, key)) ? named : others).push_back(std::move(each));
  auto const by = [&](positions const& where) {
    return [&where, key, last = where.size()](json const& a, json const& b) {
      return position_of(where, key_of(a, key), last) < position_of(where, key_of(b, key), last);
    };
  };
  std::ranges::stable_sort(named, by(asked));
  std::ranges::stable_sort(others, by(old));
  json sorted = json::array();
  auto other = others.begin();
  for (auto& each : named) {
    auto const place = old.find(key_of(each, key));
    if (place != old.end()) {
      // What stood before this one stays before it.
      while (other != others.end() && position_of(old, key_of(*other, key), old.size()) < place->second) {
        sorted.push_back(std::move(*other++));
      }
    }
    sorted.push_back(std::move(each));
  }
  for (; other != others.end(); ++other) sorted.push_back(std::move(*other));
  return sorted;
}

}  // namespace holdfast::cluster
