#include "app/lessons/places.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/base/text.h"
#include "engine/trace/words.h"

namespace glassdock::lessons {
namespace {

constexpr std::string_view names[] = {
    "client",         "daemon",
    "engine",         "hub",
    "host",           "kernel",
    "cache",          "container",
    "containers",     "walls",
    "mounts",         "shared:",
    "writable",       "process",
    "monitor",        "launcher",
    "gate",           "cgroup",
    "image:",         "stage:",
    "filter:seccomp", "filter:capabilities",
    "gauge:memory",   "gauge:cpu",
    "gauge:pids",     "gauge:io",
    "wall:pid",       "wall:mnt",
    "wall:cgroup",    "wall:ipc",
    "wall:net",       "wall:uts",
    "wall:user",
};

}  // namespace

std::span<const std::string_view> place_names() {
  return names;
}

std::string fault_of_place(std::string_view name) {
  const bool known = std::any_of(std::begin(names), std::end(names), [&](std::string_view place) {
    return place.back() == ':' ? starts_with(name, place) && name.size() > place.size() : name == place;
  });
  if (known) return {};
  return fmt::format("the picture has no place \"{}\"", trace::visible(name));
}

}  // namespace glassdock::lessons
