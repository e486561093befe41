#include "engine/daemon/start_failure.h"

#include <fmt/format.h>
#include <limits.h>
#include <string.h>

#include <cctype>
#include <cerrno>
#include <optional>

#include "engine/base/signals.h"
#include "engine/base/text.h"
#include "engine/plan/plan.h"

namespace glassdock::daemon {
namespace {

constexpr int cancelled_code = 130;  // as after Ctrl-C

Error start_error(std::string text, int exit_code, std::string hint = {}) {
  return Error(ErrorKind::start_failed, "unable to start container process: " + std::move(text), std::move(hint))
      .with_exit_code(exit_code);
}

// As Go writes the same.
std::string in_lower_case(std::string text) {
  if (!text.empty()) text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
  return text;
}

Error execute_error(const std::string& command, int error) {
  if (error == ENOENT || error == ENOTDIR) {
    if (command.find('/') == std::string::npos) {
      return start_error(fmt::format("exec: \"{}\": executable file not found in $PATH", command), not_found_code,
                         "the image has no such program; `ls /bin` in it shows what there is");
    }
    return start_error(fmt::format("exec: \"{}\": stat {}: {}", command, command,
                                   error == ENOENT ? "no such file or directory" : "not a directory"),
                       not_found_code, "the image has no such file, or not the interpreter that the file asks for");
  }
  if (error == EACCES || error == EPERM) {
    return start_error(fmt::format("exec: \"{}\": permission denied", command), not_executable_code,
                       "it lacks the right to be executed: chmod +x, where the image is built");
  }
  if (error == EISDIR) {
    return start_error(fmt::format("exec: \"{}\": is a directory", command), not_executable_code,
                       "name a program in it");
  }
  if (error == ENOEXEC) {
    return start_error(fmt::format("exec {}: exec format error", command), not_executable_code,
                       "it is no program of this machine's kind, and no script with #! in its first line");
  }
  const bool too_long = error == E2BIG;  // execve(2)
  return start_error(fmt::format("exec: \"{}\": {}", command, in_lower_case(::strerror(error))), not_executable_code,
                     too_long ? "a word has at most 128 KiB, and all of them with the environment a quarter of the "
                                "limit of the stack"
                              : "");
}

// The user is looked up first: what is not its name is that of a group.
std::string unknown_identity(const StartFailure& failure) {
  const std::string user = failure.subject.substr(0, failure.subject.find(':'));
  if (failure.object.empty() || starts_with(user, failure.object)) {
    return fmt::format("unable to find user {}: no matching entries in passwd file", user);
  }
  return fmt::format("unable to find group {}: no matching entries in group file", failure.object);
}

// What the image's /etc/passwd and /etc/group have not, or have too much of. Nothing for other errors: the files could
// not be read.
std::optional<std::string> identity_words(const StartFailure& failure) {
  if (failure.operation != "isolate.user" && failure.operation != "exec.user") return std::nullopt;
  switch (failure.error) {
    case ENOENT:
      return unknown_identity(failure);
    case E2BIG:
      return fmt::format("a process has at most {} groups, and {} is in more", NGROUPS_MAX, failure.object);
    case EFBIG:
      return "the container's /etc/passwd or /etc/group is larger than 4 MiB";
    default:
      return std::nullopt;
  }
}

}  // namespace

Error to_disk_error(const std::string& path, int error) {
  return Error(ErrorKind::start_failed, fmt::format("stat {}: {}", path, in_lower_case(::strerror(error))),
               "lsblk -dp shows this machine's disks")
      .with_exit_code(other_failure_code);
}

Error to_exec_error(const StartFailure& failure) {
  const std::string& object = failure.object;
  const auto refuse = [](const std::string& text) {
    return Error(ErrorKind::invalid_argument, text).with_exit_code(exec_failure_code);
  };
  const auto runtime = [&](const std::string& text) {
    return refuse(
        fmt::format("OCI runtime exec failed: exec failed: unable to start container process: {}: unknown", text));
  };
  if (failure.operation == "exec.exec") {
    // Docker's has a word of its own before what the start of a container says as well.
    const std::string said = execute_error(failure.subject, failure.error).message();
    return runtime(said.substr(said.find(": ") + 2));
  }
  if (const auto words = identity_words(failure)) return refuse(*words);
  if (failure.operation == "exec.folder") {
    return runtime(fmt::format("chdir to cwd (\"{}\") set in config.json failed: {}", failure.subject,
                               in_lower_case(::strerror(failure.error))));
  }
  if (failure.error == ECANCELED) return refuse("the start was cancelled");
  return runtime(
      fmt::format("{}{}{}: {}", failure.operation, object.empty() ? "" : " ", object, ::strerror(failure.error)));
}

Error to_error(const StartFailure& failure) {
  const std::string& object = failure.object;
  if (failure.error == ECANCELED) {
    return Error(ErrorKind::cancelled, "the start was cancelled").with_exit_code(cancelled_code);
  }
  if (failure.operation.empty()) {
    return start_error(fmt::format("{}: {}", object, ::strerror(failure.error)), other_failure_code);
  }
  if (failure.operation == "run.exec") return execute_error(failure.subject, failure.error);
  if (const auto words = identity_words(failure)) {
    return Error(ErrorKind::start_failed, *words,
                 failure.error == ENOENT ? "name one that the image's /etc/passwd or /etc/group has, or give a number"
                                         : "")
        .with_exit_code(other_failure_code);
  }
  if (failure.operation == "run.folder") {
    return start_error(fmt::format("chdir to cwd (\"{}\") failed: {}", failure.subject, ::strerror(failure.error)),
                       other_failure_code);
  }
  if (failure.error == plan::inside_proc && !failure.asked_for) {
    return start_error(fmt::format("\"{}\" cannot be mounted because it is inside /proc", object), other_failure_code,
                       "a link of the image leads there");
  }
  // A partition, or what is no disk (kernel, block/blk-cgroup.c, blkg_conf_open_bdev).
  const bool no_disk = failure.operation == "isolate.limits" && failure.error == ENODEV;
  return start_error(
      fmt::format("{}{}{}: {}", failure.operation, object.empty() ? "" : " ", object, ::strerror(failure.error)),
      other_failure_code,
      failure.asked_for ? "this failure was asked for"
      : no_disk         ? "only a whole disk can be limited: lsblk -dp shows them"
                        : "");
}

}  // namespace glassdock::daemon
