// What a container sees of itself, to compare one that the engine started with one that was started otherwise.
#pragma once

#include <string>
#include <vector>

namespace glassdock::support {

// For `sh -c`: prints namespaces, mounts, capabilities, limits and more, a line each that begins with what it is about.
extern const char look_around[];

using Facts = std::vector<std::string>;

// The lines that look_around printed, whatever stands around them; `id`, the container's, made equal. Empty where they
// did not come whole.
Facts facts_of(const std::string& output, const std::string& id);

// A line for each fact that one has and the other has not; empty where they see the same. Namespaces differ in any case
// and are left to shared_namespaces(); what else differs by nature (no command loads a seccomp filter) is evened out.
std::string difference(const Facts& first, const Facts& second);

// The kinds of namespaces ("pid", "mnt" …) in which this process itself stands too.
Facts shared_namespaces(const Facts& facts);

}  // namespace glassdock::support
