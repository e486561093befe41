#pragma once

#include <cstddef>
#include <string>

namespace glassdock {

// `digits` random lower-case hex digits from getrandom(2): 64 for container ids, as docker has them.
std::string random_hex(std::size_t digits);

}  // namespace glassdock
