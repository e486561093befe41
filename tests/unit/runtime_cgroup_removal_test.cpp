#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "engine/base/unique_fd.h"
#include "engine/runtime/cgroup_removal.h"

namespace glassdock::runtime {
namespace {

std::vector<pid_t> sent;

int note(pid_t pid, int signal) {
  EXPECT_EQ(signal, SIGKILL);
  sent.push_back(pid);
  return 0;
}

std::vector<pid_t> listed(const std::string& text) {
  int ends[2];
  EXPECT_EQ(::pipe(ends), 0);
  UniqueFd reads(ends[0]), writes(ends[1]);
  EXPECT_EQ(::write(writes.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
  writes.reset();
  sent.clear();
  kill_listed(reads.get(), note);
  return sent;
}

TEST(KillListed, ALineThatARunOfReadsCutsIsOneProcess) {
  std::string text;
  std::vector<pid_t> wanted;
  for (pid_t pid = 98'500; pid < 101'000; ++pid) {
    text += std::to_string(pid) + "\n";
    wanted.push_back(pid);
  }
  EXPECT_EQ(listed(text), wanted);
}

TEST(KillListed, HalfANumberIsNobody) {
  EXPECT_EQ(listed("12345\n123"), std::vector<pid_t>{12345});
  EXPECT_EQ(listed("0\n1\n\n2\n"), std::vector<pid_t>{2}) << "never ourselves, never init";
}

}  // namespace
}  // namespace glassdock::runtime
