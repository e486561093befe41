#pragma once

#include <string_view>

#include "engine/base/unique_fd.h"

namespace glassdock::os {

// A file that is nowhere but in memory (memfd_create(2)), for everybody to read by its descriptor and for nobody to
// change. Throws Error.
UniqueFd make_memory_file(const char* name, std::string_view bytes);
// The same for one that is written by the caller first, and then sealed.
UniqueFd begin_memory_file(const char* name);
void seal_memory_file(int fd);

}  // namespace glassdock::os
