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

// Whether what is resident is what the program asked for, without a sanitizer's own.
constexpr bool memory_is_the_programs_own() {
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
  return false;
#else
  return true;
#endif
}

}  // namespace glassdock::tests
