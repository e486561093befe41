#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "engine/runtime/launcher/kernel.h"
#include "engine/runtime/launcher/operations.h"
#include "engine/runtime/launcher/trial.h"

namespace glassdock::runtime {
namespace {

// By count, not by the empty string at the end: an argument may be empty.
void collect(const char* list, char** pointers, uint32_t count) {
  for (uint32_t i = 0; i < count; ++i, list = plan::next_in_list(list)) pointers[i] = const_cast<char*>(list);
  pointers[count] = nullptr;
}

const char* find_variable(char** environment, const char* name) {
  size_t length = ::strlen(name);
  for (; *environment; ++environment) {
    if (::strncmp(*environment, name, length) == 0 && (*environment)[length] == '=') return *environment + length + 1;
  }
  return nullptr;
}

// ENOENT, or EACCES for what is there and cannot be executed: exec(3) prefers EACCES over a later ENOENT.
int try_execute(const char* path, char** arguments, char** environment) {
  struct stat info {};
  if (::stat(path, &info) != 0) return errno;
  if (S_ISDIR(info.st_mode)) return EACCES;
  ::execve(path, arguments, environment);
  return errno;
}

int search_path(const char* path, char** arguments, char** environment) {
  if (!*arguments[0]) return ENOENT;  // no folder of PATH is meant
  int worst = ENOENT;
  while (*path) {
    size_t length = ::strcspn(path, ":");
    char candidate[4096];
    int size = ::snprintf(candidate, sizeof candidate, "%.*s/%s", static_cast<int>(length), path, arguments[0]);
    // A relative folder in PATH is passed over, as docker does since Go 1.19.
    if (*path == '/' && size > 0 && static_cast<size_t>(size) < sizeof candidate) {
      int error = try_execute(candidate, arguments, environment);
      if (error != ENOENT && error != ENOTDIR && error != EACCES) return error;
      if (error == EACCES) worst = EACCES;
    }
    path += length;
    if (*path == ':') ++path;
  }
  return worst;
}

}  // namespace

int execute(StartState& state, const plan::Operation& operation, trace::Record& record) {
  collect(state.plan->text(operation.text[0]), state.arguments, state.plan->header().argument_count);
  collect(state.plan->text(operation.text[1]), state.environment, state.plan->header().environment_count);
  if (!state.arguments[0]) return EINVAL;
  if (!find_variable(state.environment, "HOME")) {
    uint32_t count = 0;
    while (state.environment[count]) ++count;
    state.environment[count] = state.identity.home;
    state.environment[count + 1] = nullptr;
  }
  set_text(record, state.arguments[0]);
  if (find_trial(*state.plan) && !state.trial) return EPERM;  // it would still be the engine's user
  if (::strchr(state.arguments[0], '/')) return try_execute(state.arguments[0], state.arguments, state.environment);
  const char* path = find_variable(state.environment, "PATH");
  return search_path(path ? path : "", state.arguments, state.environment);
}

}  // namespace glassdock::runtime
