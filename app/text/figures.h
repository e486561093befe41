#pragma once

#include <cstdint>
#include <string>

namespace glassdock::text {

// Figures that are compared: three digits are enough. 22600000 as "22.6 ms", 1830000000 as "1.83 s".
std::string brief_time(double nanoseconds);
// How many times `more` is `less`: "979x", "24.3x", "1.06x"; empty where either is nothing.
std::string times_text(double less, double more);

}  // namespace glassdock::text
