#pragma once

#include <functional>

namespace glassdock::headless {

// Runs `probe` in a child process and returns what it returned: 0, or the errno of what failed. For what would change
// this process (namespaces, mounts). -1 when the child died or could not be made. Only while there is one thread.
int in_child(const std::function<int()>& probe);

// In a child: makes a mount namespace of its own whose mounts reach nobody else; as an ordinary user inside a user
// namespace, where it is root with one id. 0 or errno.
int enter_private_mounts();

}  // namespace glassdock::headless
