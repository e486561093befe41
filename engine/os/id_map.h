#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace glassdock::os {

inline constexpr std::uint64_t every_id = 4294967295;  // what the machine's own user namespace maps

// How many ids the text of a uid_map or gid_map maps (user_namespaces(7): inside, outside, count a line).
std::uint64_t mapped_ids(std::string_view map);
// What the id `inside` is called outside; nothing where the map has none for it.
std::optional<std::uint64_t> outside_id(std::string_view map, std::uint64_t inside);
// This process's own user ids; 0 where /proc cannot be read.
std::uint64_t own_mapped_ids();

}  // namespace glassdock::os
