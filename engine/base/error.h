#pragma once

#include <exception>
#include <string>
#include <string_view>

namespace glassdock {

// What went wrong, as far as a caller may have to tell cases apart. One table in api/ turns a kind into an HTTP status.
enum class ErrorKind {
  internal,
  invalid_argument,
  not_found,
  conflict,
  unauthorized,
  permission,
  unavailable,    // a peer (hub, registry, engine) does not answer
  corrupt,        // bytes are not what their digest or format says
  no_space,       // ENOSPC, EDQUOT, EFBIG
  not_supported,  // this machine or this version cannot do it
  cancelled,      // the user gave up
  start_failed,   // the container's first process could not be made: exit code 125, 126 or 127
};

// The one error type: a clear line for people, with what was tried, on what, and what to do about it. Thrown at the
// fault, caught at the edges (request handler, command line). Never thrown between clone and exec.
class Error : public std::exception {
 public:
  // `message` is one line without a full stop, as docker words it where docker has words for it; `hint` says what to do
  // and may be empty.
  Error(ErrorKind kind, std::string message, std::string hint = {});

  // For a failed system call: "TRIED OBJECT: strerror". The kind follows from `error_number` (ENOSPC: no_space,
  // EACCES/EPERM/EROFS: permission, ENOENT: not_found, otherwise internal).
  static Error from_errno(int error_number, std::string_view tried, std::string_view object, std::string hint = {});

  ErrorKind kind() const noexcept { return kind_; }
  int error_number() const noexcept { return error_number_; }  // errno, or 0
  int exit_code() const noexcept { return exit_code_; }        // for start_failed: 125, 126 or 127
  const std::string& message() const noexcept { return message_; }
  const std::string& hint() const noexcept { return hint_; }
  // "MESSAGE (HINT)", one line.
  const char* what() const noexcept override { return line_.c_str(); }

  Error with_exit_code(int code) const;

 private:
  ErrorKind kind_;
  int error_number_ = 0;
  int exit_code_ = 125;
  std::string message_;
  std::string hint_;
  std::string line_;
};

}  // namespace glassdock
