#pragma once

#include "cluster/objects/json.hpp"

namespace holdfast::cluster::samples {

// Sound objects for tests to spoil.

inline json container() { return {{"name", "main"}, {"image", "shop/order:v1"}}; }

inline json deployment() {
  return {
      {"apiVersion", "apps/v1"},
      {"kind", "Deployment"},
      {"metadata", {{"name", "order"}, {"namespace", "default"}}},
      {"spec",
       {{"selector", {{"matchLabels", {{"app", "order"}}}}},
        {"template", {{"metadata", {{"labels", {{"app", "order"}}}}}, {"spec", {{"containers", {container()}}}}}}}}};
}

inline json pod() {
  return {{"apiVersion", "v1"},
          {"kind", "Pod"},
          {"metadata", {{"name", "order-1"}, {"namespace", "default"}}},
          {"spec", {{"containers", {container()}}}}};
}

inline json service() {
  return {{"apiVersion", "v1"},
          {"kind", "Service"},
          {"metadata", {{"name", "order"}, {"namespace", "default"}}},
          {"spec", {{"selector", {{"app", "order"}}}, {"ports", {{{"port", 8080}}}}}}};
}

inline json autoscaler() {
  return {{"apiVersion", "autoscaling/v2"},
          {"kind", "HorizontalPodAutoscaler"},
          {"metadata", {{"name", "order"}, {"namespace", "default"}}},
          {"spec",
           {{"scaleTargetRef", {{"apiVersion", "apps/v1"}, {"kind", "Deployment"}, {"name", "order"}}},
            {"maxReplicas", 3}}}};
}

inline json claim() {
  return {{"apiVersion", "v1"},
          {"kind", "PersistentVolumeClaim"},
          {"metadata", {{"name", "state"}, {"namespace", "default"}}},
          {"spec", {{"accessModes", {"ReadWriteOnce"}}, {"resources", {{"requests", {{"storage", "1Gi"}}}}}}}};
}

inline json config_map() {
  return {{"apiVersion", "v1"},
          {"kind", "ConfigMap"},
          {"metadata", {{"name", "shop"}, {"namespace", "default"}}},
          {"data", {{"MODE", "reference"}}}};
}

inline json secret() {
  return {{"apiVersion", "v1"},
          {"kind", "Secret"},
          {"metadata", {{"name", "keys"}, {"namespace", "default"}}},
          {"data", {{"key", "dmFsdWU="}}}};
}

}  // namespace holdfast::cluster::samples
