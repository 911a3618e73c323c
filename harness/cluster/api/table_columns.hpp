#pragma once

#include <vector>

#include "cluster/api/table.hpp"

namespace holdfast::cluster {

// The columns of each kind, as kubectl's users know them.

std::vector<table_column> pod_columns();
std::vector<table_column> deployment_columns();
std::vector<table_column> replica_set_columns();
std::vector<table_column> autoscaler_columns();
std::vector<table_column> service_columns();
std::vector<table_column> endpoints_columns();
std::vector<table_column> endpoint_slice_columns();
std::vector<table_column> config_map_columns();
std::vector<table_column> secret_columns();
std::vector<table_column> claim_columns();
std::vector<table_column> namespace_columns();
std::vector<table_column> node_columns();
std::vector<table_column> event_columns();
std::vector<table_column> service_account_columns();

// Shared by several of them.

table_column name_column();
table_column age_column();
/// The text at a path of keys, or `otherwise`.
table_column text_column(std::string name, json::json_pointer at, std::string otherwise = "<none>");
table_column number_column(std::string name, json::json_pointer at);
table_column wide(table_column column);
/// "a,b" of the containers' fields of a pod template.
table_column containers_column(std::string name, char const* field);
table_column selector_column(json::json_pointer at);

/// "a,b,c + 2 more...": at most so many.
std::string joined(std::vector<std::string> const& texts, std::size_t most);

}  // namespace holdfast::cluster
