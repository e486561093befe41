#pragma once

#include <string>
#include <string_view>

namespace glassdock::plan {

// What a compiled filter answers to the system calls that this machine's kind of processor has, by libseccomp's list of
// their names.
struct SeccompAnswers {
  int allowed = 0;       // with any arguments
  int by_arguments = 0;  // allowed with some, refused with others
  int refused = 0;
  // A few that are refused with EPERM and that people know, joined by blanks: "mount reboot bpf".
  std::string examples;
};

// `program`: an array of struct sock_filter, as the plan carries it. It is carried out for each call as the kernel
// would (seccomp(2), linux/filter.h), with both ways wherever an argument of the call decides. Takes some 50
// microseconds. On a processor that the engine has no table for all is 0.
SeccompAnswers seccomp_answers(std::string_view program);

}  // namespace glassdock::plan
