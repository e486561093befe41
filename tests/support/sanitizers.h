// What a test can't do under a sanitizer.
#pragma once

namespace glassdock::tests {

// Why no process of this build enters a user namespace (unshare(2): EINVAL in a process with threads); nullptr where it
// does.
constexpr const char* no_user_namespace() {
#ifdef __SANITIZE_THREAD__
  return "ThreadSanitizer has a thread of its own in every process, and one with threads enters no user namespace";
#else
  return nullptr;
#endif
}

}  // namespace glassdock::tests
