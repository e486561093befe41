#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace glassdock {

// A length of time in docker's words: "Less than a second", "3 minutes", "About an hour" (go-units HumanDuration).
std::string human_duration(std::int64_t seconds);

// What `docker ps` says of a container: "Up 3 minutes (Paused)", "Exited (0) 5 seconds ago" (moby container/state.go).
// `state`: as the API names it; `since_s`: how long it has been up, or over.
std::string status_text(std::string_view state, std::int64_t exit_code, std::int64_t since_s);

}  // namespace glassdock
