#pragma once

#include <string_view>

namespace glassdock::lessons {

// Whether two lines of a shell ask docker for the same: flags in any order and form (-it, -t -i, --tty=true), "docker
// container ls" for "docker ps", alpine:latest for alpine. Lines that are more than one plain docker command are the
// same where their words are.
bool same_command(std::string_view line, std::string_view other);

}  // namespace glassdock::lessons
