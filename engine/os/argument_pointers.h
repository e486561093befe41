#pragma once

#include <string>
#include <vector>

namespace glassdock::os {

// An argument or environment list as execve(2) and posix_spawn(3) take it: a pointer to each word, and a null at the
// end. They point into `words`, which must outlive them unchanged. Allocates: to be made before a fork.
inline std::vector<char*> argument_pointers(const std::vector<std::string>& words) {
  std::vector<char*> pointers;
  pointers.reserve(words.size() + 1);
  for (const std::string& word : words) pointers.push_back(const_cast<char*>(word.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace glassdock::os
